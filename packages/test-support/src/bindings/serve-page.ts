import { text } from 'node:stream/consumers'
import { fromJSON } from '@streamfold/core'
import type { BindingOptions } from '@streamfold/testkit'
import { Realtime } from 'ably'

/** What a server is asked to render: conversations by `toJSON`, one request each, all with one client. */
export interface PageRequest {
  readonly channelName: string
  readonly conversations: readonly unknown[]
}

export interface ServedPages {
  readonly pages: readonly string[]
  readonly connection: string
  readonly channel: string
}

/** The main program of a server: reads a `PageRequest`, writes `ServedPages`, and ends by itself if nothing was left running. */
export async function servePage(render: (client: Realtime, options: BindingOptions) => string | Promise<string>): Promise<void> {
  const { channelName, conversations } = JSON.parse(await text(process.stdin)) as PageRequest
  const client = new Realtime({ key: 'app.key:secret', autoConnect: false })
  const pages: string[] = []
  for (const json of conversations) pages.push(await render(client, { channelName, initial: fromJSON(json) }))
  const served: ServedPages = { pages, connection: client.connection.state, channel: client.channels.get(channelName).state }
  process.stdout.write(JSON.stringify(served))
}
