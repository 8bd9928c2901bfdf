// What must and must not compile. Checked by `pnpm check` (types); never run.
import type { Conversation, ConversationEvent, Message, MessagePart, MessageTypes, PartialValue, Store } from '@streamfold/core'
import { createStore, emptyConversation, fromJSON, reduce, selectMessage, selectMessages } from '@streamfold/core'

interface Hit {
  readonly url: string
}

interface Query {
  readonly query: string
  readonly sort: { readonly by: 'date' | 'rank' }
  readonly sites: string[]
}

interface Told {
  readonly lang: string
  readonly 'trace-id': string
}

interface Made {
  readonly model: string
}

interface Mine {
  readonly headers: Told
  readonly tools: {
    readonly search: { readonly input: Query; readonly output: readonly Hit[] }
    readonly sum: { readonly input: readonly number[]; readonly output: number }
  }
  readonly data: { readonly chart: { readonly rows: readonly number[] }; readonly draft: PartialValue<Query> | undefined }
  readonly metadata: Made
}

const store: Store<Mine> = createStore<Mine>()
const message = selectMessage(store.getState(), 's1')
const lang: string | undefined = message?.headers.lang
const model: string | undefined = message?.metadata?.model
const next: Conversation<Mine> = reduce(store.getState(), { type: 'tick', now: 1 })
const all: readonly Message<Mine>[] = selectMessages(next)
const read: Message<Mine> | undefined = selectMessages(fromJSON<Mine>({}))[0]
const plain: Conversation<MessageTypes> = emptyConversation()

/** Text of a part whose type is known by its name. */
export function textOf(part: MessagePart<Mine>): string {
  switch (part.type) {
    case 'tool-search':
      // @ts-expect-error a field that the tool's input does not have
      void part.input?.question
      // @ts-expect-error the input may not be there yet
      void part.input.query
      if (part.state === 'input-streaming') {
        const by: string | undefined = part.input?.sort?.by
        // @ts-expect-error a string may still be incomplete
        const whole: 'date' | 'rank' | undefined = by
        void whole
        // @ts-expect-error while it streams, any field may be missing
        void part.input?.sort.by
      }
      if (part.state === 'input-available' && part.input) {
        const input: Query = part.input
        void input
      }
      return `${part.input?.query}: ${part.output?.map(({ url }) => url).join()}`
    case 'tool-sum':
      return `${part.input?.map((each) => each + 1).join()}: ${part.output?.toFixed()}`
    case 'data-chart':
      // @ts-expect-error a field that the data does not have
      void part.data.columns
      return part.data.rows.map((each) => each.toFixed()).join()
    case 'data-draft': {
      const sites: string[] | undefined = part.data?.sites
      // @ts-expect-error what streams may lack any field
      void part.data?.sites.length
      return `${part.data?.query}: ${sites?.join()}`
    }
    // @ts-expect-error a tool that the product did not declare
    case 'tool-find':
      return ''
    // @ts-expect-error data that the product did not declare
    case 'data-table':
      return ''
    case 'dynamic-tool':
      return part.toolName
    case 'text':
    case 'reasoning':
      return part.text
    default:
      return part.type
  }
}

// Without a parameter any tool, data, header and metadata is there, of an unknown type.
const open: Message | undefined = selectMessages(plain)[0]
for (const part of open?.parts ?? []) {
  if (part.type === 'tool-search') {
    const input: unknown = part.input
    // @ts-expect-error nothing is known about the input
    void part.input.query
    void input
  }
  if (part.type === 'data-chart') {
    const value: unknown = part.data
    void value
  }
}
const header: string | undefined = open?.headers['anything']
const unknownModel: unknown = open?.metadata?.['model']

// What a product leaves out stays open, in a type and in an interface, with optional fields too.
const some = selectMessages(emptyConversation<{ metadata?: { model: string } }>())[0]
const others: readonly (string | undefined)[] = [some?.headers['anything'], some?.metadata?.model]
for (const part of some?.parts ?? []) if (part.type === 'tool-anything') void part.input
const none = selectMessages(emptyConversation<{ tools: {} }>())[0]
// @ts-expect-error a product without tools has no part of one
for (const part of none?.parts ?? []) if (part.type === 'tool-anything') void part

// A function for any message takes one of a product.
export const counted = (messages: readonly Message[]): number => messages.length
counted(all)
export const isTool = (part: MessagePart): boolean => 'toolCallId' in part
message?.parts.some(isTool)

// @ts-expect-error a header that the product did not declare
void message?.headers.language
// @ts-expect-error any header may be missing, because others publish too
const certain: string = all[0]!.headers['trace-id']
// @ts-expect-error metadata that the product did not declare
void message?.metadata?.tokens
// @ts-expect-error headers are flat strings
createStore<{ headers: { tokens: number } }>()
// @ts-expect-error a tool has an input and an output
createStore<{ tools: { search: string } }>()
// @ts-expect-error data parts have names
createStore<{ data: string }>()
// @ts-expect-error no field of this name
createStore<{ header: { lang: string } }>()
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

export { certain, event, header, lang, model, others, read, status, unknownModel }
