/** A row as a renderer keeps it: what it was drawn from, and what is drawn. */
interface Drawn {
  source: unknown
  text: string
}

/**
 * Replaces the components: renders each message whose object has changed, as a memoised row does. Where
 * objects are changed in place (`mutable`) that says nothing, and the text itself has to be compared.
 */
export function createScreen<Message>(textOf: (message: Message) => string, { mutable = false } = {}) {
  const rows: Drawn[] = []
  let drawn = 0
  return {
    draw(messages: readonly Message[]): void {
      for (let index = 0; index < messages.length; index++) {
        const message = messages[index]!
        const row = (rows[index] ??= { source: undefined, text: '' })
        if (!mutable && row.source === message) continue
        row.source = message
        const text = textOf(message)
        if (text === row.text) continue
        row.text = text
        drawn++
      }
    },
    texts: () => rows.map(({ text }) => text),
    /** Rows drawn so far. */
    count: () => drawn,
  }
}
