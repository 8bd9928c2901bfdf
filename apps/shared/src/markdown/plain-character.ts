import type { Parser } from 'streaming-markdown'
import { Token } from 'streaming-markdown'

/** The character that the parser has not given yet, where it can only become text. */
export function plainCharacter({ pending, token }: Parser): string | undefined {
  return inline.has(token) && /^[\p{L}\p{N}.,;:?'"]$/u.test(pending) ? pending : undefined
}

const inline: ReadonlySet<number> = new Set([
  Token.Paragraph,
  Token.Heading_1,
  Token.Heading_2,
  Token.Heading_3,
  Token.Heading_4,
  Token.Heading_5,
  Token.Heading_6,
  Token.Italic_Ast,
  Token.Italic_Und,
  Token.Strong_Ast,
  Token.Strong_Und,
  Token.Strike,
  Token.Code_Inline,
  Token.Code_Fence,
  Token.Link,
  Token.List_Item,
  Token.Table_Cell,
])
