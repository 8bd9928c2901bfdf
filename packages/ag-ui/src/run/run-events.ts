import type { Event, RunAgentInput } from '@ag-ui/core'
import { EventType } from '@ag-ui/client'
import { ConversationError, isRunning, selectError } from '@streamfold/client'
import type { Conversation } from '@streamfold/core'
import { selectConnectionStatus, selectPath } from '@streamfold/core'
import { Observable } from 'rxjs'
import type { Subscriber } from 'rxjs'
import { createCarried } from '../shown/carried-events.ts'
import { entriesOf } from '../shown/entries-of.ts'
import type { Entry } from '../shown/entry.ts'
import { createShowing, preliminaryEvents } from '../shown/showing.ts'
import type { Placed } from '../shown/snapshot-events.ts'
import type { Thread } from '../thread.ts'
import type { Acting } from './act.ts'
import { errorEvent, finishEvent } from './finish.ts'
import type { Followed } from './progress.ts'
import { progressOf } from './progress.ts'

/** Options of `runEvents`. */
export interface RunOptions {
  readonly thread: Thread
  readonly input: RunAgentInput
  /** Begins what the run asks for, when the conversation is known. Default: the run only follows what goes on. */
  readonly begin?: () => Acting
  /** What the page shows before the first event. */
  readonly before: readonly Placed[]
  /** Called with what the page shows after the events that were emitted. */
  readonly onShown: (entries: readonly Entry[]) => void
  /** Called with what the run follows, for `abortRun`; with undefined at its end. */
  readonly onFollowed: (followed: Followed | undefined) => void
}

/**
 * The events of one run: a snapshot of the conversation, then what changes in it, until the answer that the run follows has ended or waits for people.
 * Unsubscribing stops no answer.
 */
export function runEvents(options: RunOptions): Observable<Event> {
  return new Observable((subscriber) => {
    const release = options.thread.retain()
    const leaving = new AbortController()
    subscriber.add(() => {
      leaving.abort()
      options.onFollowed(undefined)
      release()
    })
    play(options, subscriber, leaving.signal).catch((error: unknown) => subscriber.error(error))
  })
}

async function play(
  { thread, input, begin, before, onShown, onFollowed }: RunOptions,
  subscriber: Subscriber<Event>,
  signal: AbortSignal,
): Promise<void> {
  const { conversation } = thread
  const { store } = conversation
  const { threadId, runId } = input
  subscriber.next({ type: EventType.RUN_STARTED, threadId, runId, protocolVersion: '1.0' })
  const first = await thread.ready(signal)
  if (!first) return
  if (selectConnectionStatus(first) === 'failed') return end(errorEvent(errorOf(first), 'connection-failed'))

  const showing = createShowing(before)
  const carrying = createCarried()
  const seen = new Set<string>()
  let shown: readonly Entry[] = []
  let acting: Acting | undefined
  try {
    acting = begin?.()
  } catch (error) {
    return fail(error)
  }
  acting?.done.then(look, fail)
  const stop = store.subscribe(look)
  signal.addEventListener('abort', stop)
  look()

  function look(): void {
    if (subscriber.closed) return
    const state = store.getState()
    const head = conversation.head(state)
    const path = selectPath(state, head)
    const entries = entriesOf(path)
    for (const message of path) if (isRunning(message)) seen.add(message.id)
    for (const event of [...showing.show(entries), ...preliminaryEvents(shown, entries), ...carrying.show(path)])
      subscriber.next(event)
    shown = entries
    onShown(entries)
    const followed = acting?.followed() ?? {}
    onFollowed(followed)
    const progress = progressOf(state, head, followed, seen)
    if (progress.type === 'failed') end(errorEvent(progress.reason, 'no-answer'))
    if (progress.type === 'ended') end(finishEvent(input, progress.response, state, entries, conversation))
  }

  function end(last: Event): void {
    for (const event of [...(last.type === EventType.RUN_ERROR ? [] : showing.close()), last]) subscriber.next(event)
    subscriber.complete()
  }

  /** What a conversation refuses is said to the page. Anything else is a mistake in a program. */
  function fail(error: unknown): void {
    if (subscriber.closed) return
    if (!(error instanceof ConversationError)) return subscriber.error(error)
    subscriber.next(errorEvent(error.message, error.code))
    subscriber.complete()
  }
}

function errorOf(state: Conversation): string {
  return selectError(state) ?? 'unable to follow the conversation; the connection failed: connect again'
}
