/** A JSON object, as the AI SDK types it. */
export interface ToolMetadata {
  [key: string]: JsonValue | undefined
}

type JsonValue = null | string | number | boolean | ToolMetadata | JsonValue[]

/** What a model's provider says about a part. */
export type ProviderMetadata = Record<string, ToolMetadata>
