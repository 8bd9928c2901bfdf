import type { Conversation } from '@streamfold/core'
import type { ChatChunk } from './chat-chunk.ts'
import { isSame } from './is-same.ts'
import type { ChatRequest } from '../send/requests.ts'
import type { Run } from './runs.ts'

/** The runs that one chat was given. */
export interface ChatRuns {
  /** The ids, in the chat, of the messages whose runs were given and have not ended. */
  readonly open: ReadonlySet<string>
  /** What begins, before the messages of a state are given. */
  begin(state: Conversation, runs: readonly Run[], requests: ReadonlySet<ChatRequest>): readonly ChatChunk[]
  /** What has ended, after the messages were given. */
  end(state: Conversation, runs: readonly Run[], requests: ReadonlySet<ChatRequest>): readonly Ending[]
}

/** The end of a run. */
interface Ending {
  readonly chunk: Extract<ChatChunk, { type: 'RUN_FINISHED' }>
  /** The run, if there was one. */
  readonly run: Run | undefined
  /** The message of the run. */
  readonly messageId: string | undefined
}

interface Given {
  /** The run, by its own id. */
  id: string
  /** The id that the chat has for it. */
  as: string
  state: Run['state']
  interrupts: Run['interrupts']
}

/** @param threadId of all runs */
export function createChatRuns(threadId: string): ChatRuns {
  /** By the id of the message in the chat: the serial of a message group changes with older records. */
  const given = new Map<string, Given>()
  const open = new Set<string>()
  /** The message whose calls the chat is asked for: it keeps those of one run. */
  let asking: string | undefined

  function isAsking(messageId: string | undefined): boolean {
    const known = messageId === undefined ? undefined : given.get(messageId)
    return known?.state === 'waiting' && known.interrupts.length > 0
  }

  function start(state: Conversation, run: Run, requests: ReadonlySet<ChatRequest>, parent: Given | undefined): ChatChunk {
    // A response that was idle for too long may be revived. The chat takes a run that it knows for a repetition.
    const next = parent?.id === run.id ? `${parent.as}.again` : run.id
    const as = [...requests].find((request) => request.covers(state, run))?.runId ?? next
    given.set(run.messageId, { id: run.id, as, state: 'running', interrupts: [] })
    open.add(run.messageId)
    return { type: 'RUN_STARTED', threadId, runId: as, ...(parent && { parentRunId: parent.as }) }
  }

  function finish(runId: string, run?: Run, messageId = run?.messageId): Ending {
    const interrupts = run?.interrupts ?? []
    const outcome = { type: 'interrupt' as const, interrupts: [...interrupts] }
    return { chunk: { type: 'RUN_FINISHED', threadId, runId, ...(interrupts.length > 0 && { outcome }) }, run, messageId }
  }

  return {
    open,

    begin(state, runs, requests) {
      const chunks: ChatChunk[] = []
      for (const run of runs) {
        const known = given.get(run.messageId)
        const isAsked = () => [...requests].some((request) => request.covers(state, run))
        if (!known) {
          if (run.state !== 'ended' || isAsked()) chunks.push(start(state, run, requests, undefined))
        } else if (known.id !== run.id) {
          // Decisions that were made before the response had to wait for them.
          if (known.state === 'running') known.id = run.id
          else chunks.push(start(state, run, requests, known))
        } else if (known.state !== 'running' && (run.state === 'running' || isAskedNow(known, run)))
          chunks.push(start(state, run, requests, known))
      }
      return chunks
    },

    end(state, runs, requests) {
      const endings: Ending[] = []
      const newest = new Map(runs.map((run) => [run.messageId, run]))
      for (const [messageId, known] of given) {
        const run = newest.get(messageId)
        // The chat ends its request with the end of any run.
        const isAsked = [...requests].some((request) => request.runId === known.as || (run && request.covers(state, run)))
        if (requests.size > 0 && !isAsked) continue
        const now = run?.state ?? 'ended'
        const interrupts = run?.interrupts ?? []
        if (known.state === 'ended' || now === 'running') continue
        if (known.state === now && isSame(known.interrupts, interrupts)) continue
        known.state = now
        known.interrupts = interrupts
        if (now === 'ended') open.delete(messageId)
        endings.push(finish(known.as, run, messageId))
        if (interrupts.length > 0) asking = messageId
      }
      const begun = new Set([...given.values()].map(({ as }) => as))
      for (const request of requests) {
        if (begun.has(request.runId)) continue
        // Another page has asked for the same, and that was given already.
        const over = runs.find((run) => run.state !== 'running' && request.covers(state, run))
        if (over || request.missing(state)) endings.push(finish(request.runId, over))
      }
      const next = requests.size === 0 && !isAsking(asking) ? [...given.keys()].findLast(isAsking) : undefined
      if (next !== undefined) endings.push(finish(given.get(next)!.as, newest.get(next), next)) // One of the keys.
      asking = next ?? asking
      return endings
    },
  }
}

/** Whether this client may answer a call now, of a run that ended for the chat because nothing was asked of it. */
function isAskedNow(known: Given, run: Run): boolean {
  return run.state === 'waiting' && known.interrupts.length === 0 && run.interrupts.length > 0
}
