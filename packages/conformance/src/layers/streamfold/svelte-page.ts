import type { Page } from '../../layer.ts'
import type { AblyPlace } from '../ably-stage.ts'
import type { Opened } from './opened-page.ts'
import { openedPage } from './opened-page.ts'

/** `useConversation` in a component of Svelte. Its compiler is loaded with the first page only: other columns do without. */
export async function sveltePage({ client, channelName }: AblyPlace): Promise<Page> {
  await import('@streamfold/test-support/svelte/compile-in-process')
  const [{ default: Chat }, { mount, unmount }] = await Promise.all([import('./chat.svelte'), import('svelte')])
  let opened: Opened | undefined
  const props = { client, channelName, onOpened: (chat: Opened) => (opened = chat) }
  const page = mount(Chat, { target: document.createElement('main'), props })
  // `mount` has set the component up.
  return openedPage(
    () => opened!,
    () => void unmount(page),
  )
}
