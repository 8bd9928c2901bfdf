/** Says why a value is not a conversation, and what to do; undefined for a conversation. */
export function conversationProblem(value: unknown): string | undefined {
  if (typeof value === 'string') return 'it is a string: give fromJSON(JSON.parse(text))'
  if (typeof value !== 'object' || value === null)
    return `it is ${String(value)}: give what fromJSON or emptyConversation returns`
  if ('version' in value && 'rest' in value) return 'it is the JSON that toJSON wrote: give fromJSON(json)'
  if ('start' in value && 'events' in value) return 'it is a log: give replay(log)'
  if ('getSnapshot' in value) return 'it is a store: give store.getSnapshot()'
  if (Array.isArray(value)) return 'it is a list: give fromJSON of what toJSON wrote, or replay(events)'
  const { records, context } = value as { records?: unknown; context?: unknown } // The type guard below checks it.
  const whole = isObject(records) && 'base' in records && 'recent' in records && isObject(context) && 'pending' in context
  return whole ? undefined : 'it is some other object: give what fromJSON or emptyConversation returns'
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

/** Checks a value where reading it would throw anyway, so the check costs nothing. @throws TypeError when it is not a conversation. */
export function checkConversation(value: unknown): void {
  const problem = conversationProblem(value)
  if (problem !== undefined) throw new TypeError(`unable to read the conversation; ${problem}`)
}
