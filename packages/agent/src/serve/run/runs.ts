import type { ConversationEvent, Deleted } from '@streamfold/core'
import { setNewest } from '@streamfold/core/transport'
import type { Clock } from '../../clock.ts'
import type { PromptOrder } from '../agent-options.ts'
import { createEarlyCancels } from '../prompt/early-cancels.ts'
import type { Run } from './run.ts'
import { DELETED } from './run.ts'

/** The prompts that the agent is answering, one `Run` for each. */
export interface Runs {
  readonly size: number
  get(promptSerial: string): Run | undefined
  all(): readonly Run[]
  /** Runs of earlier prompts that have begun to write, or wait for their turn. */
  before(promptSerial: string): readonly Run[]
  add(run: Run): void
  /** The run's response exists: it can be cancelled by this serial, too. */
  responded(run: Run, responseSerial: string): void
  /** The run has ended. A cancel that comes late must not stop a later retry; of a response that waits it ends the waiting. */
  remove(run: Run, waits: boolean): void
  /** Passes an event of the channel to the runs that it concerns. */
  receive(event: ConversationEvent): void
  /** A user has written this prompt, which any agent may answer. */
  interrupt(promptSerial: string, clientId: string | undefined): void
}

/** Prompts and responses of ended runs whose late cancels are ignored. */
const ENDED = 1_000

export function createRuns(order: PromptOrder, clock: Clock): Runs {
  const runs = new Map<string, Run>()
  const early = createEarlyCancels(clock)
  const ended = new Map<string, true>()

  const all = (): readonly Run[] => [...runs.values()]
  const before = (promptSerial: string) => all().filter((run) => (run.begun || run.queued) && run.promptSerial < promptSerial)
  const find = (serial: string) => runs.get(serial) ?? all().find((run) => run.response === serial)

  function cancelEarly(run: Run, target: string): void {
    ended.delete(target)
    for (const request of early.take(target)) run.cancel(request)
  }

  function interrupt(promptSerial: string, clientId: string | undefined): void {
    if (order !== 'interrupt') return
    for (const run of before(promptSerial))
      if (run.begun && run.author === clientId) run.stop(new DOMException('a newer prompt came', 'AbortError'))
  }

  /** The deletion of a prompt or its response stops its run. Only an agent's message is believed about what it replies to. */
  function deleted({ serial, role, headers }: Pick<Deleted, 'serial'> & Partial<Deleted>): void {
    const answered = role === 'assistant' ? runs.get(headers?.['reply-to'] ?? '') : undefined
    const run = runs.get(serial) ?? answered ?? find(serial)
    run?.stop(DELETED)
    for (const other of all()) if (other.asked === serial) other.stop(DELETED)
  }

  return {
    get size() {
      return runs.size
    },
    get: (promptSerial) => runs.get(promptSerial),
    all,
    before,
    add(run) {
      runs.set(run.promptSerial, run)
      cancelEarly(run, run.promptSerial)
    },
    responded: cancelEarly,
    remove(run, waits) {
      runs.delete(run.promptSerial)
      if (waits) return
      for (const serial of [run.promptSerial, run.response]) if (serial !== undefined) setNewest(ended, serial, true, ENDED)
    },
    receive(event) {
      for (const run of runs.values()) run.receive(event)
      if (event.type === 'cancel') {
        const request = { by: event.clientId, at: event.at }
        const run = find(event.target)
        if (run) run.cancel(request)
        else if (!ended.has(event.target)) early.keep(event.target, request)
      }
      if (event.type === 'created' && event.role === 'user') interrupt(event.serial, event.clientId)
      if (event.type === 'deleted') deleted(event)
      // Its author has made something else of it (P132).
      if ('turned' in event && event.turned) deleted({ serial: event.turned.serial })
    },
    interrupt,
  }
}
