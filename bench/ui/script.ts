import { frameHead } from '@streamfold/core/codec'
import type { Chunks } from './pages.ts'
import { tokensOf } from './text.ts'

/** A token of a response, as each side sends it. */
export interface Token {
  /** Appended to our message. */
  readonly data: string
  /** Sent in AI SDK's stream. */
  readonly chunks: Chunks
}

/** Shown when all has arrived. */
export const lastWords = 'the very last token'

/** A text alone. */
export function textScript(size: number): readonly Token[] {
  return [...textTokens('', tokensOf(size))]
}

/** A run of an agent: 2,000 tokens of reasoning, three tools, and an answer of 4 KB. */
export function runScript(): readonly Token[] {
  return [
    ...reasoningTokens(2_000),
    ...[1, 2, 3].flatMap((call) => toolTokens(`call-${call}`)),
    ...textTokens(frameHead({ type: 'text' }), tokensOf(4_096)),
  ]
}

function textTokens(head: string, texts: readonly string[]): readonly Token[] {
  return surrounded(
    { data: head, chunks: [{ type: 'text-start', id: 't' }] },
    [...texts, lastWords].map((delta) => ({ data: delta, chunks: [{ type: 'text-delta', id: 't', delta }] })),
    { data: '', chunks: [{ type: 'text-end', id: 't' }] },
  )
}

function reasoningTokens(count: number): readonly Token[] {
  return surrounded(
    { data: frameHead({ type: 'reasoning' }), chunks: [{ type: 'reasoning-start', id: 'r' }] },
    tokensOf(count * 8)
      .slice(0, count)
      .map((delta) => ({ data: delta, chunks: [{ type: 'reasoning-delta', id: 'r', delta }] })),
    { data: frameHead({ type: 'end', ms: 13_000 }), chunks: [{ type: 'reasoning-end', id: 'r' }] },
  )
}

function toolTokens(id: string): readonly Token[] {
  const input = { query: 'what the documentation says about history', pages: [1, 2, 3], exact: false }
  const output = Array.from({ length: 5 }, (_, at) => ({
    title: `Page ${at}`,
    passage: 'A passage of the page that was found. '.repeat(3),
  }))
  const json = JSON.stringify(input)
  const deltas = json.match(/.{1,4}/g) ?? []
  return surrounded(
    {
      data: frameHead({ type: 'tool', id, name: 'search' }),
      chunks: [{ type: 'tool-input-start', toolCallId: id, toolName: 'search' }],
    },
    deltas.map((delta) => ({ data: delta, chunks: [{ type: 'tool-input-delta', toolCallId: id, inputTextDelta: delta }] })),
    {
      data: `${frameHead({ type: 'input', id })}${frameHead({ type: 'output', id })}${JSON.stringify(output)}${frameHead({ type: 'end', id })}`,
      chunks: [
        { type: 'tool-input-available', toolCallId: id, toolName: 'search', input },
        { type: 'tool-output-available', toolCallId: id, output },
      ],
    },
  )
}

/** What begins and ends a part goes with its first and last token. */
function surrounded(before: Token, tokens: readonly Token[], after: Token): readonly Token[] {
  return tokens.map(({ data, chunks }, at) => {
    const first = at === 0 ? before : { data: '', chunks: [] }
    const last = at === tokens.length - 1 ? after : { data: '', chunks: [] }
    return { data: first.data + data + last.data, chunks: [...first.chunks, ...chunks, ...last.chunks] }
  })
}
