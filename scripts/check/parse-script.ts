import type { ParseResult } from 'oxc-parser'
import { parseSync } from 'oxc-parser'
import type { SourceFile } from './imports.ts'

/** Parses a source file, of a component its scripts. */
export function parseScript({ path, text }: SourceFile): ParseResult {
  if (!/\.(vue|svelte)$/.test(path)) return parseSync(path, text)
  const scripts = [...text.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g)].map(([, script]) => script)
  return parseSync(`${path}.ts`, scripts.join('\n'))
}
