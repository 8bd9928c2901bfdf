import type { InboundMessage } from 'ably'
import type { Place } from '../reader.ts'

/** What a subscriber without any library keeps: the data of each message, as Ably's documentation has it for appends. */
export interface PlainSubscriber {
  data(): Readonly<Record<string, string>>
  close(): void
}

/** Data as text. */
export function textOf(data: unknown): string {
  return typeof data === 'string' ? data : data === undefined || data === null ? '' : JSON.stringify(data)
}

/** Follows a channel with the `ably` client alone. */
export async function subscribePlainly({ client, name }: Place): Promise<PlainSubscriber> {
  const channel = client.channels.get(name)
  const known = new Map<string, { readonly data: string; readonly version: string }>()
  function take({ serial, action, data, version }: InboundMessage): void {
    const before = known.get(serial ?? '')
    const position = version.serial ?? serial ?? ''
    if (before && position <= before.version) return
    const text = textOf(data)
    known.set(serial ?? '', { data: action === 'message.append' && before ? before.data + text : text, version: position })
  }
  async function read(): Promise<void> {
    for (let page = await channel.history({ limit: 1000 }); ; page = (await page.next())!) {
      page.items.forEach(take)
      if (!page.hasNext()) return
    }
  }
  const listener = (message: InboundMessage) => take(message)
  await channel.subscribe(listener)
  await read()
  const attached = ({ resumed }: { readonly resumed: boolean }) => {
    if (!resumed) void read()
  }
  channel.on(['attached', 'update'], attached)
  return {
    data: () =>
      Object.fromEntries([...known].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([serial, { data }]) => [serial, data])),
    close() {
      channel.unsubscribe(listener)
      channel.off(attached)
    },
  }
}
