import type { InboundMessage } from 'ably'

/** A client under measurement, with the screen that draws its snapshots. */
export interface Client {
  deliver(message: InboundMessage): void
  /** The browser asks for a picture. */
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
