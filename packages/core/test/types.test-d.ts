// What must and must not compile. Checked by `pnpm check` (types); never run.
import type { Conversation, ConversationEvent, Headers, Message, Store } from '@streamfold/core'
import { createStore, emptyConversation, reduce, selectMessage, selectMessages } from '@streamfold/core'

interface Mine {
  readonly model: string
  readonly 'trace-id': string
}

const store: Store<Mine> = createStore<Mine>()
const message = selectMessage(store.getState(), 's1')
const model: string | undefined = message?.headers.model
const next: Conversation<Mine> = reduce(store.getState(), { type: 'tick', now: 1 })
const all: readonly Message<Mine>[] = selectMessages(next)
const plain: Conversation<Headers> = emptyConversation()

// @ts-expect-error a header that the product did not declare
void message?.headers.modle
// @ts-expect-error any header may be missing, because others publish too
const certain: string = all[0]!.headers['trace-id']
// @ts-expect-error headers are flat strings
createStore<{ tokens: number }>()
// @ts-expect-error a message cannot be written to
all[0]!.text = ''
// @ts-expect-error a conversation cannot be written to
plain.records.recent.push()
// @ts-expect-error an event of no known type
reduce(plain, { type: 'exploded' })
// @ts-expect-error a tick without its time
reduce(plain, { type: 'tick' })
// @ts-expect-error a version without a serial
const event: ConversationEvent = { type: 'created', text: '' }
// @ts-expect-error a status that does not exist
const status: Message['status'] = 'done'

export { certain, event, model, status }
