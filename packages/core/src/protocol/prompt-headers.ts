import type { PromptDraft } from './codec.ts'
import type { Headers } from './message-types.ts'

/** The headers of a prompt in Streamfold's own format, the product's among them. */
export function promptHeaders({
  headers,
  into,
  parent,
  edits,
  again,
  traceparent,
}: Pick<PromptDraft, 'into' | 'parent' | 'edits' | 'again' | 'traceparent'> & Partial<Pick<PromptDraft, 'headers'>>): Headers {
  const all = Object.entries({ ...headers, into, parent, edits, again, traceparent, role: 'user' })
  return Object.fromEntries(all.filter((entry): entry is [string, string] => entry[1] !== undefined))
}
