import type { Event, Message, RunAgentInput } from '@ag-ui/core'
import type { AgentSubscriber } from '@ag-ui/client'
import { defaultApplyEvents, enforceEvents, EventType, HttpAgent, transformChunks, verifyEvents } from '@ag-ui/client'
import { from, lastValueFrom } from 'rxjs'

const input: RunAgentInput = { threadId: 'thread', runId: 'run', messages: [], tools: [], context: [], state: {} }

const begin: Event = { type: EventType.RUN_STARTED, threadId: 'thread', runId: 'run' }
const end: Event = { type: EventType.RUN_FINISHED, threadId: 'thread', runId: 'run' }

/**
 * What the client of AG-UI shows after each batch of events: its own checks, and its own reducer.
 * @param before what it shows before the first event
 */
export async function shownByAgUi(
  batches: readonly (readonly Event[])[],
  before: readonly Message[],
): Promise<readonly Message[][]> {
  const shown: Message[][] = []
  const marked = batches.flatMap((events): Event[] => [...events, { type: EventType.CUSTOM, name: 'batch', value: null }])
  const subscriber: AgentSubscriber = {
    onCustomEvent: ({ event, messages }) => {
      if (event.name === 'batch') shown.push(structuredClone([...messages]))
    },
  }
  const agent = new HttpAgent({ url: 'http://nowhere.test', initialMessages: [...before] })
  const events = from([begin, ...marked, end]).pipe(enforceEvents(), transformChunks(), verifyEvents())
  await lastValueFrom(defaultApplyEvents(input, events, agent, [subscriber]), { defaultValue: undefined })
  return shown
}
