import type { Message } from '@streamfold/core'
import { driver as reactDriver } from '@streamfold/test-support/react/driver'
import { driver as svelteDriver } from '@streamfold/test-support/svelte/driver'
import { driver as vueDriver } from '@streamfold/test-support/vue/driver'
import type { BindingDriver } from '@streamfold/testkit'
import type { Reader, Shown } from '../reader.ts'
import { linesOf } from '../reader.ts'

const standings: Readonly<Record<string, Shown['standing']>> = { streaming: 'streaming', waiting: 'waiting', complete: 'ended' }

function shownOf(messages: readonly Message[]): Shown {
  return { lines: linesOf(messages), standing: standings[messages.at(-1)?.status ?? ''] ?? 'streaming' }
}

const binding = (name: string, driver: BindingDriver): Reader => ({
  name,
  open({ client, name: channelName, codec }) {
    const selected = driver.mountSelection!(
      client,
      { channelName, codec },
      (messages) => [JSON.stringify(shownOf(messages))],
      ([before], [after]) => before === after,
    )
    return { shown: () => JSON.parse(selected.text()) as Shown, close: () => selected.unmount() } // As the selector writes it.
  },
})

export const bindings = [
  binding('useConversation of React', reactDriver),
  binding('useConversation of Vue', vueDriver),
  binding('useConversation of Svelte', svelteDriver),
]
