import type { LocalAbly } from '@streamfold/local-ably'
import { playHandler } from './handler.ts'
import { lookAtPage } from './pages.ts'
import type { Scratch } from './scratch.ts'

/** What each consumer shows. */
export async function use(scratch: Scratch, ably: LocalAbly): Promise<void> {
  switch (scratch.name) {
    case 'core-node': {
      const { packages } = scratch.installed
      if (packages.join() !== '@streamfold/core,xstate') throw new Error(`the core alone brought ${packages.join(', ')}`)
      await scratch.run('npm', ['test'])
      return
    }
    case 'react-vite':
    case 'vue-vite':
      return lookAtPage(scratch, ably, false)
    case 'react-ssr':
    case 'vue-ssr':
    case 'svelte-kit':
      return lookAtPage(scratch, ably, true)
    case 'react-native':
      await scratch.run('npm', ['test'], { ABLY_PORT: String(ably.port), ABLY_KEY: ably.key })
      return
    case 'next-agent':
      return playHandler(scratch, ably)
    default:
      await scratch.run('npm', ['test'])
  }
}
