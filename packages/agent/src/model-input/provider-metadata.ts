import type { ReasoningPart } from '@streamfold/core'
import type { JsonFields } from './plain-json.ts'
import { plainObject } from './plain-json.ts'

/** Metadata by provider, in the shape of the AI SDK's provider options. */
export type ProviderOptions = Record<string, JsonFields>

/** A text of a provider's metadata; undefined if there is none, or an empty one. */
export function providerText(metadata: ReasoningPart['providerMetadata'], provider: string, name: string): string | undefined {
  const value = metadata?.[provider]?.[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** Providers whose metadata may name an item that OpenAI has stored. */
const openAI: ReadonlySet<string> = new Set(['openai', 'azure'])

/**
 * The metadata to pass back. The AI SDK replaces a part of OpenAI by a reference if its metadata names an item; without the name, the part
 * itself is sent.
 */
export function providerOptions(
  metadata: ReasoningPart['providerMetadata'],
  itemIds: boolean,
): { providerOptions: ProviderOptions } | undefined {
  const entries = Object.entries(metadata ?? {}).flatMap(([provider, fields]) => {
    const { itemId, ...others } = plainObject(fields)
    const kept = itemId !== undefined && (itemIds || !openAI.has(provider)) ? { itemId, ...others } : others
    return Object.keys(kept).length > 0 ? [[provider, kept] as const] : []
  })
  return entries.length > 0 ? { providerOptions: Object.fromEntries(entries) } : undefined
}
