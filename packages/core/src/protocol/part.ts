import type { JsonFields } from '../shared/json.ts'
import type { DataIn, MessageTypes, MessageTypesOf, ToolsIn } from './message-types.ts'
import type { PartialValue } from './partial-value.ts'

/** What a model's provider says about a part, by the provider's name; typed as the AI SDK does. */
type ProviderMetadata = Readonly<Record<string, JsonFields>>

/** A part's fields that every kind may have. */
interface Provided {
  readonly providerMetadata?: ProviderMetadata
}

/** Text of the answer. */
export interface TextPart extends Provided {
  readonly type: 'text'
  readonly id?: string
  readonly text: string
  readonly state: 'streaming' | 'done'
  readonly citations?: readonly Citation[]
}

/** What supports a text part. `start` and `end` count UTF-16 code units of the part's text. */
export interface Citation {
  /** `sourceId` of a source part. */
  readonly sourceId: string
  readonly quote?: string
  readonly start?: number
  readonly end?: number
}

/** What the model thought. */
export interface ReasoningPart extends Provided {
  readonly type: 'reasoning'
  readonly id?: string
  readonly text: string
  readonly state: 'streaming' | 'done'
  /** How long the model reasoned, in milliseconds; undefined while it does, and if the agent does not say. */
  readonly durationMs?: number
}

/** What a person was asked about a call, and the answer that counts. */
interface Asked {
  /** Why it is asked. */
  readonly requestReason?: string
  /** Client id that answered. */
  readonly by?: string
  /** Service time of the answer, in milliseconds. */
  readonly at?: number
  /** Serial of the answer. */
  readonly answer?: string
  /** Client ids that may answer; undefined: the author of the prompt. */
  readonly of?: readonly string[]
  /** Service time after which no answer counts, in milliseconds. */
  readonly until?: number
  /** Nobody answered in time. */
  readonly auto?: 'deadline'
  /** Further answers of people who were allowed to answer, in the order of the channel. They came too late and change nothing. */
  readonly late?: readonly LateAnswer[]
  /** The answer is this client's own, which the channel does not have yet. */
  readonly pending?: true
}

/** An answer that came too late. */
export interface LateAnswer {
  readonly serial: string
  readonly by?: string
  /** Of an approval: what it would have decided. */
  readonly approved?: boolean
  /** Service time of the answer, in milliseconds. */
  readonly at: number
}

/** An approval that was requested for a call, and the decision. */
export interface Approval extends Asked {
  readonly id: string
  /** Undefined until the decision. */
  readonly approved?: boolean
  /** The reason for the decision. */
  readonly reason?: string
}

/** A page is asked to run a call and to give its output. */
export interface Wanted extends Asked {
  readonly id: string
}

/**
 * State of a tool call: those of the AI SDK, and `interrupted`, of a call that has no result although its response has ended.
 */
export type ToolState =
  | 'input-streaming'
  | 'input-available'
  | 'approval-requested'
  | 'approval-responded'
  | 'output-available'
  | 'output-error'
  | 'output-denied'
  | 'interrupted'

/** States in which the input may be incomplete: it streams, the response ended meanwhile, or it is invalid. */
type Unsettled = 'input-streaming' | 'interrupted' | 'output-error'

type ToolFields<Input = unknown, Output = unknown> = CallFields<Output> &
  (
    | { readonly state: Unsettled; readonly input: PartialValue<Input> | undefined }
    | { readonly state: Exclude<ToolState, Unsettled>; readonly input: Input | undefined }
  )

interface CallFields<Output> {
  readonly toolCallId: string
  readonly state: ToolState
  /**
   * The input; while it streams, the part of it that has arrived. Undefined before the first of it, and if it cannot be read. A getter:
   * JSON is parsed on the first access.
   */
  readonly input: unknown
  /** The input as the model wrote it. */
  readonly inputText: string
  /** The output. Undefined until there is one. A getter, as `input`. */
  readonly output: Output | undefined
  /** Whether a later output replaces this one. */
  readonly preliminary?: boolean
  readonly errorText?: string
  readonly title?: string
  readonly toolMetadata?: JsonFields
  readonly providerExecuted?: boolean
  readonly callProviderMetadata?: ProviderMetadata
  readonly resultProviderMetadata?: ProviderMetadata
  readonly approval?: Approval
  readonly wanted?: Wanted
  /** Of a call that failed: it may have had its effect. */
  readonly uncertain?: true
  /** Whether the call is being executed. */
  readonly running?: true
  /** Serial of the message that has the output, if it was too large for this one. */
  readonly see?: string
}

/** A call of a tool that the agent knows by name. */
export type ToolPart<Tools = MessageTypes['tools']> = {
  readonly [Name in keyof Tools & string]: {
    readonly type: `tool-${Name}`
  } & ToolFields<
    Tools[Name] extends { readonly input: infer Input } ? Input : unknown,
    Tools[Name] extends { readonly output: infer Output } ? Output : unknown
  >
}[keyof Tools & string]

/** A call of a tool that is known only at run time. */
export type DynamicToolPart = { readonly type: 'dynamic-tool'; readonly toolName: string } & ToolFields

/** A page that the answer is based on. */
export interface SourceUrlPart extends Provided {
  readonly type: 'source-url'
  readonly sourceId: string
  readonly url: string
  readonly title?: string
}

/** A document that the answer is based on. */
export interface SourceDocumentPart extends Provided {
  readonly type: 'source-document'
  readonly sourceId: string
  readonly mediaType: string
  readonly title: string
  readonly filename?: string
}

/** A file by its address. `reasoning-file`: the model made it while it reasoned. */
export interface FilePart extends Provided {
  readonly type: 'file' | 'reasoning-file'
  readonly mediaType: string
  readonly url: string
  readonly filename?: string
  /** What an image shows, for those who do not see it. */
  readonly alt?: string
}

/** Content that only one provider has. `kind` is `provider.type`. */
export interface CustomPart extends Provided {
  readonly type: 'custom'
  readonly kind: string
  readonly data: unknown
}

/** Data of the product. The same name and id replace the earlier part in its place. */
export type DataPart<Data = MessageTypes['data']> = {
  readonly [Name in keyof Data & string]: {
    readonly type: `data-${Name}`
    readonly id?: string
    /**
     * A getter. While it streams, the part of it that has arrived, and no more if the response ends meanwhile. Where an agent streams the
     * JSON of a value, its type is therefore `PartialValue<Value> | undefined`.
     */
    readonly data: Data[Name]
    readonly state: 'streaming' | 'done'
  }
}[keyof Data & string]

/** The beginning of a step of the agent. */
export interface StepPart {
  readonly type: 'step-start'
}

/** A prompt that the agent took in at this point. */
export interface SteeringPart {
  readonly type: 'steering-message'
  /** Serial of the prompt. */
  readonly id: string
}

/**
 * A piece of a message, in the shapes of AI SDK 7. Immutable: a change makes a new object for the part that changed, and for no other.
 * @typeParam T the tools and data of a product; `part.type === 'tool-search'` then gives the input and output of its tool `search`
 */
export type MessagePart<T extends MessageTypesOf<T> = MessageTypes> =
  | TextPart
  | ReasoningPart
  | ToolPart<ToolsIn<T>>
  | DynamicToolPart
  | SourceUrlPart
  | SourceDocumentPart
  | FilePart
  | CustomPart
  | DataPart<DataIn<T>>
  | StepPart
  | SteeringPart
