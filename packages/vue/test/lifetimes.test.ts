// @vitest-environment happy-dom
import type { Component, EffectScope } from 'vue'
import { KeepAlive, Suspense, defineComponent, effectScope, h, nextTick, shallowRef } from 'vue'
import { expect, it } from 'vitest'
import { lifetimeHarness } from '@streamfold/test-support/bindings/lifetime-harness'
import type { UseConversationResult } from '../src/index.ts'
import { useConversation } from '../src/index.ts'
import { driver } from '@streamfold/test-support/vue/driver'
import { renderInTest } from './render-in-test.ts'

const texts = ({ messages }: UseConversationResult) => messages.value.map(({ key, text }) => h('p', { key }, text))

function page(name: string, of: (open: () => UseConversationResult) => () => unknown) {
  const there = lifetimeHarness(driver.settled)
  const open = () => useConversation({ channelName: name, ...there.harness.options })
  const shown = renderInTest(there.harness.client, () => of(open))
  return {
    ...there,
    ...shown,
    shows: (text: string) =>
      there.until(
        () => shown.element.textContent === text,
        () => shown.element.innerHTML,
      ),
  }
}

function waitable(open: () => UseConversationResult) {
  let resume = () => {}
  const Later = defineComponent({
    async setup() {
      const conversation = open()
      await new Promise<void>((resolve) => (resume = resolve))
      return () => texts(conversation)
    },
  })
  return { Later, resume: () => resume() }
}

it('a set-up that waits: followed once it is shown', async () => {
  let resume = () => {}
  const { write, shows, unmount, nothingLeft, harness } = page('ai:late', (open) => {
    const { Later, resume: go } = waitable(open)
    resume = go
    return () => h(Suspense, null, { default: () => h(Later), fallback: () => 'wait' })
  })
  await write('ai:late', 'there')
  await shows('wait')
  expect(harness.client.channels.get('ai:late').state).toBe('initialized')
  resume()
  await shows('there')
  unmount()
  await nothingLeft()
})

it('a set-up that waits and is given up: nothing is ever attached', async () => {
  let resume = () => {}
  const wanted = shallowRef(true)
  const { shows, nothingLeft, harness } = page('ai:given-up', (open) => {
    const { Later, resume: go } = waitable(open)
    resume = go
    return () => h(Suspense, null, { default: () => (wanted.value ? h(Later) : h('b', 'else')), fallback: () => 'wait' })
  })
  await shows('wait')
  wanted.value = false
  await shows('else')
  resume()
  await nextTick()
  await nothingLeft()
  expect(harness.client.channels.get('ai:given-up').state).toBe('initialized')
})

it('a set-up that waits in a kept-alive page that is left meanwhile: nothing is ever attached', async () => {
  let resume = () => {}
  const wanted = shallowRef(true)
  const { shows, nothingLeft, harness } = page('ai:kept', (open) => {
    const { Later, resume: go } = waitable(open)
    resume = go
    const Other = defineComponent(() => () => h('b', 'else'))
    return () => h(Suspense, null, { default: () => h(KeepAlive, () => h(wanted.value ? Later : Other)), fallback: () => 'wait' })
  })
  await shows('wait')
  wanted.value = false
  await nextTick()
  resume()
  await shows('else')
  await nothingLeft()
  expect(harness.client.channels.get('ai:kept').state).toBe('initialized')
})

it('KeepAlive switching quickly: only the one that is shown is followed', async () => {
  const there = lifetimeHarness(driver.settled)
  const { harness, write, until, nothingLeft } = there
  const Page = (name: string) =>
    defineComponent(() => {
      const conversation = useConversation({ channelName: name, ...harness.options })
      return () => texts(conversation)
    })
  const pages: Record<string, Component> = { a: Page('ai:a'), b: Page('ai:b') }
  const current = shallowRef('a')
  const { element, unmount } = renderInTest(harness.client, () => () => h(KeepAlive, () => h(pages[current.value]!)))
  for (const name of ['a', 'b']) await write(`ai:${name}`, name)
  for (let i = 0; i < 21; i++) {
    current.value = i % 2 ? 'a' : 'b'
    await nextTick()
    if (i % 5 === 0) harness.ably.service.clock.advance(60)
  }
  await until(
    () => element.textContent === 'b' && harness.client.channels.get('ai:a').state !== 'attached',
    () => element.innerHTML,
  )
  expect(there.listenersOf('ai:a')).toBe(0)
  await write('ai:a', ' more')
  current.value = 'a'
  await until(
    () => element.textContent === 'a more',
    () => element.innerHTML,
  )
  unmount()
  await nothingLeft()
})

it('a scope of its own within a component ends it', async () => {
  let scope: EffectScope | undefined
  const { write, shows, nothingLeft } = page('ai:scope', (open) => {
    scope = effectScope()
    const conversation = scope.run(open)!
    return () => texts(conversation)
  })
  await write('ai:scope', 'there')
  await shows('there')
  scope!.stop()
  await nothingLeft()
})

it('a scope that is stopped before its component is mounted leaves nothing', async () => {
  const { shows, nothingLeft } = page('ai:early', (open) => {
    const scope = effectScope()
    scope.run(open)
    scope.stop()
    return () => 'page'
  })
  await shows('page')
  await nothingLeft()
})

it('a detached scope, as a store has it, outlives the component that was first to use it', async () => {
  const there = lifetimeHarness(driver.settled)
  const { harness, write, until, nothingLeft } = there
  const scope = effectScope(true)
  let store: UseConversationResult | undefined
  const Reader = defineComponent(() => {
    store ??= scope.run(() => useConversation({ channelName: 'ai:store', ...harness.options }))!
    return () => texts(store!)
  })
  const first = shallowRef(true)
  const { element } = renderInTest(harness.client, () => () => [
    first.value ? h(Reader, { key: 1 }) : null,
    h(Reader, { key: 2 }),
  ])
  await write('ai:store', 'x')
  await until(
    () => element.textContent === 'xx',
    () => element.innerHTML,
  )
  first.value = false
  await nextTick()
  await write('ai:store', 'y')
  await until(
    () => element.textContent === 'xy',
    () => element.innerHTML,
  )
  scope.stop()
  await nothingLeft()
})

it('a store whose first component is left at once is followed for the second', async () => {
  const there = lifetimeHarness(driver.settled)
  const { harness, write, until, nothingLeft } = there
  const scope = effectScope(true)
  let store: UseConversationResult | undefined
  const Reader = defineComponent(() => {
    store ??= scope.run(() => useConversation({ channelName: 'ai:first', ...harness.options }))!
    return () => texts(store!)
  })
  const Other = defineComponent(() => () => 'else')
  const kept = shallowRef(true)
  const { element } = renderInTest(harness.client, () => () => [
    h(KeepAlive, () => h(kept.value ? Reader : Other)),
    h('hr'),
    h(Reader),
  ])
  await nextTick()
  kept.value = false
  await write('ai:first', 'x')
  await until(
    () => element.textContent === 'elsex',
    () => element.innerHTML,
  )
  scope.stop()
  await nothingLeft()
})

it('says what is missing after an await, where Vue no longer knows the component', async () => {
  const there = lifetimeHarness(driver.settled)
  const errors: unknown[] = []
  const Late = defineComponent({
    async setup() {
      await nextTick()
      try {
        useConversation({ channelName: 'ai:lost', ...there.harness.options })
      } catch (error) {
        errors.push(error)
      }
      return () => null
    },
  })
  renderInTest(there.harness.client, () => () => h(Suspense, null, { default: () => h(Late) }))
  await there.until(() => errors.length > 0)
  expect(String(errors[0])).toContain('call app.use(ablyPlugin, client)')
})
