// @vitest-environment happy-dom
import type { MountWithOptions } from '@streamfold/test-support/bindings/option-twins'
import { optionTwins } from '@streamfold/test-support/bindings/option-twins'
import { driver } from '@streamfold/test-support/svelte/driver'
import type { Store } from '@streamfold/core'
import type { Component } from 'svelte'
import { describe } from 'vitest'
import type { Current, UseConversationResult } from '../../src/index.ts'
import { renderInTest } from '../render-in-test.ts'
import Clients from './clients.svelte'
import Opened from './opened.svelte'
import Provided from './provided.svelte'

function mounting(of: Component<never>): MountWithOptions {
  return (clients, initial) => {
    const found: { conversation?: UseConversationResult; store?: Current<Store> } = {}
    let options = { ...initial }
    const { element, set, unmount } = renderInTest(undefined, Clients, { clients, of, options, found })
    return {
      texts: () => [...element.querySelectorAll('li')].map(({ textContent }) => textContent ?? ''),
      conversation: () => found.conversation!,
      store: () => found.store!.current,
      set(changed) {
        options = { ...options, ...changed }
        set({ options })
      },
      unmount,
    }
  }
}

describe('given to a provider', () => optionTwins(mounting(Provided), driver.settled))
describe('given to useConversation', () => optionTwins(mounting(Opened), driver.settled))
