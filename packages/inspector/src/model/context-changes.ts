import type { Conversation } from '@streamfold/core'

/** A value of the context that changed. */
export interface ContextChange {
  readonly name: string
  readonly before: string
  readonly after: string
}

/** The changes of the context, except the time. */
export function contextChanges({ context: before }: Conversation, { context: after }: Conversation): readonly ContextChange[] {
  if (before === after) return []
  const rows: readonly [name: string, before: unknown, after: unknown][] = [
    ['connection', before.connection.state, after.connection.state],
    ['connection error', before.connection.error, after.connection.error],
    ['channel', before.channel.place, after.channel.place],
    ['channel error', before.channel.error, after.channel.error],
    ['reads of history', before.channel.attempt, after.channel.attempt],
    ['agents', before.agents, after.agents],
    ['open', before.open.length, after.open.length],
    ['behind', before.behind.length, after.behind.length],
    ['pending prompts', before.pending.length, after.pending.length],
    ['effects', before.effects.map(({ type }) => type), after.effects.map(({ type }) => type)],
    ['older messages', before.hasOlder, after.hasOlder],
  ]
  return rows
    .map(([name, was, is]) => ({ name, before: said(was), after: said(is) }))
    .filter((change) => change.before !== change.after)
}

function said(value: unknown): string {
  if (value === undefined) return '–'
  return Array.isArray(value) ? value.join(', ') || 'none' : String(value)
}
