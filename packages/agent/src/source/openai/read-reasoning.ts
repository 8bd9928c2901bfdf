import type { Fields } from '../fields.ts'
import { isFields } from '../fields.ts'

/** Names under which servers give what a model thinks. Some give it under two of them: the first that says something is read. */
const names = ['reasoning_content', 'reasoning', 'reasoning_text', 'thinking', 'reasoning_details', 'thinking_blocks']

/** What a model thinks, in a delta of a chat completion; empty where it is in a shape that is not known, or encrypted. */
export function readReasoning(delta: Fields): string {
  const others = Object.keys(delta).filter((name) => /^(?:reasoning|thinking)/.test(name) && !names.includes(name))
  for (const name of [...names, ...others]) {
    const text = textOf(delta[name])
    if (text !== '') return text
  }
  return ''
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  if (Array.isArray(value)) return value.map(textOf).join('')
  if (!isFields(value)) return ''
  for (const name of ['text', 'content', 'thinking', 'reasoning', 'summary']) {
    const text = textOf(value[name])
    if (text !== '') return text
  }
  return ''
}
