/** A part of a stream of the AI SDK, as a source of `streamResponse` yields it. */
export type SourcePart = { readonly type: string; readonly [field: string]: unknown }
