import type { WirePresence } from '../../protocol/protocol-message.ts'

/** The members present on a channel, one per client and connection (P83), and their events. */
export class PresenceSet {
  readonly #members = new Map<string, WirePresence>()
  readonly #history: WirePresence[] = []

  get size(): number {
    return this.#members.size
  }

  get(clientId: string, connectionId: string): WirePresence | undefined {
    return this.#members.get(memberKey(clientId, connectionId))
  }

  apply(item: WirePresence, leaves: boolean): void {
    if (leaves) this.#members.delete(memberKey(item.clientId, item.connectionId))
    else this.#members.set(memberKey(item.clientId, item.connectionId), item)
    this.#history.push(item)
    if (this.#history.length > 10_000) this.#history.splice(0, 1000)
  }

  members(): readonly WirePresence[] {
    return [...this.#members.values()]
  }

  ofConnection(connectionId: string): readonly WirePresence[] {
    return this.members().filter((member) => member.connectionId === connectionId)
  }

  /** Removes events before a time, ms since 1970; members stay. */
  expire(before: number): void {
    const kept = this.#history.findIndex(({ timestamp }) => timestamp >= before)
    this.#history.splice(0, kept === -1 ? this.#history.length : kept)
  }

  /** Events, oldest first. */
  history(): readonly WirePresence[] {
    return this.#history
  }
}

function memberKey(clientId: string, connectionId: string): string {
  return `${connectionId}:${clientId}`
}
