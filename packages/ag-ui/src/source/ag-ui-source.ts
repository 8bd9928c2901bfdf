import type { AgUiEvents, OpenEvents } from './events-of.ts'
import { openEvents } from './events-of.ts'
import type { EventReader } from './read-event.ts'
import { createEventReader } from './read-event.ts'
import type { SourcePart } from './source-part.ts'

/** Options of `agUiSource`. */
export interface AgUiSourceOptions {
  /** `task.continued`: calls that the response has already are not written again where the agent repeats them. */
  readonly continued?: { readonly response: { readonly parts: readonly object[] } } | undefined
}

/**
 * The events of a run of AG-UI as the source of a response: `respond: (task) => agUiSource(agent.run(agUiInput(task)), task)`. Interrupts become approvals,
 * calls of the page's tools become calls that the page is asked to run, and state, activities and custom events become data that `ConversationAgent` makes
 * events of again. When the response is cancelled, the events are not read any more, and an `Observable` is unsubscribed.
 *
 * @param events an `Observable`, as `run` of an agent of AG-UI returns it, or an async iterable of events
 * @returns parts of the AI SDK. Rejects when the events end before their run does; an error of the run fails the response
 * @throws TypeError for what are no events
 */
export function agUiSource(events: AgUiEvents, { continued }: AgUiSourceOptions = {}): AsyncIterableIterator<SourcePart> {
  const known = (continued?.response.parts ?? []).flatMap((part) => ('toolCallId' in part ? [String(part.toolCallId)] : []))
  const open = openEvents(events)
  let isClosed = false
  const parts = partsOf(open, createEventReader(new Set(known)), () => isClosed)
  return {
    [Symbol.asyncIterator]() {
      return this
    },
    next: () => parts.next(),
    return() {
      isClosed = true
      open.close()
      return Promise.resolve({ done: true, value: undefined })
    },
  }
}

async function* partsOf(open: OpenEvents, reader: EventReader, isClosed: () => boolean): AsyncGenerator<SourcePart, void> {
  for (let next = await open.next(); next; next = await open.next()) yield* reader.read(next.event)
  if (!isClosed()) yield* reader.end()
}
