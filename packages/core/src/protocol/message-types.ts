import type { JsonObject } from '../shared/json.ts'

/** Flat string headers of a message (`extras.headers`). */
export type Headers = Readonly<Record<string, string>>

/** Input and output of a tool. */
export interface ToolTypes {
  readonly input: unknown
  readonly output: unknown
}

/**
 * What the messages of a product may have, and the default of every type parameter for messages: any header, tool, data and metadata.
 * A product gives a type with the fields that it knows; what it leaves out stays as open as here.
 */
export interface MessageTypes {
  /** The headers that publishers set, each a string. */
  readonly headers: Headers
  /** The tools of the agent by name, each with its `input` and `output`; for tools of the AI SDK `InferUITools<typeof tools>`. */
  readonly tools: Readonly<Record<string, ToolTypes>>
  /** The data parts by name, without `data-`. */
  readonly data: Readonly<Record<string, unknown>>
  /** What the agent says about a response. */
  readonly metadata: JsonObject
}

/** A constraint for a product's types of messages: fields of `MessageTypes` and no others, in a type or an interface. */
export type MessageTypesOf<T> = {
  readonly headers?: { readonly [Name in keyof HeadersIn<T>]: string }
  readonly tools?: { readonly [Name in keyof ToolsIn<T>]: Partial<ToolTypes> }
  readonly data?: object & { readonly [Name in keyof DataIn<T>]: unknown }
  readonly metadata?: object & { readonly [Name in keyof MetadataIn<T>]: unknown }
} & { readonly [Field in Others<keyof T>]: never }

// TypeScript puts `any` for T where it reads the type of a generic function: then nothing is excluded.
type Others<Field extends PropertyKey> = string extends Field ? never : Exclude<Field, keyof MessageTypes>

/** The headers of a product's messages. */
export type HeadersIn<T> = FieldIn<T, 'headers'>

/** The tools of a product's messages, by name. */
export type ToolsIn<T> = FieldIn<T, 'tools'>

/** The data parts of a product's messages, by name. */
export type DataIn<T> = FieldIn<T, 'data'>

/** The metadata of a product's messages. */
export type MetadataIn<T> = FieldIn<T, 'metadata'>

// A field may be optional, because the same interface may type what a product sends.
type FieldIn<T, Field extends keyof MessageTypes> = Field extends keyof T ? NonNullable<T[Field]> : MessageTypes[Field]
