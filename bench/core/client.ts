import type { InboundMessage } from 'ably'

/** A measured client, with the screen that renders its snapshots. */
export interface Client {
  deliver(message: InboundMessage): void
  /** Runs a frame. */
  frame(): void
  /** What the screen shows, oldest first. */
  texts(): readonly string[]
}

export function play(client: Client, frames: readonly (readonly InboundMessage[])[]): void {
  for (const messages of frames) {
    for (const message of messages) client.deliver(message)
    client.frame()
  }
}
