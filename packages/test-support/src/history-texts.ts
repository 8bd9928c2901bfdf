import type { RealtimeChannel } from 'ably'

/** What history says now. */
export async function historyTexts(channel: RealtimeChannel): Promise<readonly string[]> {
  const { items } = await channel.history({ limit: 1000 })
  return items
    .filter(({ name }) => name !== 'cancel')
    .map(({ data }) => data as string)
    .toReversed()
}
