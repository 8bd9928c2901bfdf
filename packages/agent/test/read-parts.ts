import type { Head } from '@streamfold/core/codec'
import { expect } from 'vitest'
import type { Chunk, Source } from '../src/index.ts'
import { systemClock } from '../src/index.ts'
import type { StreamEnd } from '../src/source/chunk.ts'
import type { PartChunk } from '../src/source/parts/part-chunk.ts'
import { openSource } from '../src/source/source.ts'

/** A head, and what bodies have added to it: JSON as its value. */
export type ReadPart = Head & { readonly body?: unknown }

export interface ReadSource {
  readonly chunks: readonly PartChunk[]
  readonly parts: readonly ReadPart[]
  readonly errors: readonly string[]
  readonly end: StreamEnd | undefined
}

/** Reads a source to its end, or until it fails. Checks what holds for all sources. */
export async function readParts(source: Source | PromiseLike<Source>): Promise<ReadSource> {
  const errors: string[] = []
  const note = (error: unknown): void => void errors.push(error instanceof Error ? error.message : String(error))
  const reader = openSource(source, systemClock, (error) => `described: ${error.name}`, note)
  const chunks: PartChunk[] = []
  try {
    for (let next = await reader.next(); next !== undefined; next = await reader.next()) {
      expect(next.length).toBeGreaterThan(0)
      chunks.push(...next)
    }
  } catch (error) {
    note(error)
  }
  return { chunks, parts: collect(chunks), errors, end: reader.end }
}

/** Reads what a vendor's package yields. */
export function readChunks(...yielded: readonly unknown[]): Promise<ReadSource> {
  async function* source() {
    for (const each of yielded) yield each as Chunk // Also what is none.
  }
  return readParts(source())
}

const json: ReadonlySet<string> = new Set(['tool', 'output', 'data', 'custom', 'meta'])

function collect(chunks: readonly PartChunk[]): readonly ReadPart[] {
  const parts: { head: Head; body: string | undefined }[] = []
  let open: (typeof parts)[number] | undefined
  for (const chunk of chunks) {
    if ('head' in chunk) {
      const part = { head: chunk.head, body: undefined }
      parts.push(part)
      if (['text', 'reasoning', 'fault', ...json].includes(chunk.head.type)) open = part
      continue
    }
    const { id } = chunk
    if (id !== undefined)
      open = parts.findLast(({ head }) => ['text', 'reasoning', 'tool'].includes(head.type) && 'id' in head && head.id === id)
    expect(open).toBeDefined()
    expect(chunk.body).not.toBe('')
    open!.body = (open!.body ?? '') + chunk.body // Just looked at.
  }
  return parts.map(({ head, body }) => (body === undefined ? head : { ...head, body: json.has(head.type) ? parsed(body) : body }))
}

function parsed(body: string): unknown {
  try {
    const value: unknown = JSON.parse(body)
    return value
  } catch {
    return { broken: body }
  }
}
