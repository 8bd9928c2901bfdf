import type { Citation, MessagePart } from '@streamfold/core'
import type { ProviderMetadata } from './provider-metadata.ts'

interface Cited {
  type: 'source'
  id: string
  providerMetadata?: ProviderMetadata
}

/** What supports a text, as the AI SDK has it: with the source itself. */
export interface ChatCitation {
  source:
    | (Cited & { sourceType: 'url'; url: string; title?: string })
    | (Cited & { sourceType: 'document'; mediaType: string; title: string; filename?: string })
  startIndex?: number
  endIndex?: number
  citedText?: string
}

/** A part that citations name by its id. */
export type SourcePart = Extract<MessagePart, { readonly type: 'source-url' | 'source-document' }>

const none: readonly undefined[] = []

/**
 * The source of each citation of a part, if `parts` has it. While the text streams there are none: the AI SDK gets citations with the end
 * of a text.
 */
export function citedSources(part: MessagePart, parts: readonly MessagePart[]): readonly (SourcePart | undefined)[] {
  if (part.type !== 'text' || part.state !== 'done' || !part.citations) return none
  return part.citations.map((citation) =>
    parts.find((each): each is SourcePart => 'sourceId' in each && each.sourceId === citation.sourceId),
  )
}

/** A citation with its source. */
export function chatCitation({ start, end, quote }: Citation, { type, sourceId: id, ...rest }: SourcePart): ChatCitation {
  return {
    source: { type: 'source', sourceType: type.slice('source-'.length), id, ...rest } as ChatCitation['source'], // The other fields are those of the part.
    ...(start !== undefined && { startIndex: start }),
    ...(end !== undefined && { endIndex: end }),
    ...(quote !== undefined && { citedText: quote }),
  }
}
