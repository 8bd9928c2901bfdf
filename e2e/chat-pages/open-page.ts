import type { RealtimeChannel } from 'ably'
import type { ComponentType } from 'react'
import { StrictMode, createElement } from 'react'
import { createRoot } from 'react-dom/client'
import { openChannel } from './open-channel.ts'

/** Shows a chat of React on the channel that the page's address names. */
export function openPage(Chat: ComponentType<{ channel: RealtimeChannel }>): void {
  createRoot(document.body).render(createElement(StrictMode, null, createElement(Chat, { channel: openChannel() })))
}
