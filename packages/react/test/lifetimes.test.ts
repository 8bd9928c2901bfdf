// @vitest-environment happy-dom
import { AblyProvider } from 'ably/react'
import type { Realtime } from 'ably'
import type { ReactNode } from 'react'
import {
  Component,
  StrictMode,
  Suspense,
  createElement,
  createRef,
  startTransition,
  use,
  useDeferredValue,
  useState,
} from 'react'
import { expect, it, onTestFinished, vi } from 'vitest'
import { lifetimeHarness } from '@streamfold/test-support/bindings/lifetime-harness'
import { useConversation } from '../src/index.ts'
import { driver } from '@streamfold/test-support/react/driver'
import { renderInTest } from './render-in-test.ts'

function page(Page: (harness: { options: object }) => ReactNode) {
  const there = lifetimeHarness(driver.settled)
  const client = there.harness.client as unknown as Realtime // It stands for one.
  const root = createElement(AblyProvider, { client }, createElement(Page, { options: there.harness.options }))
  const shown = renderInTest(createElement(StrictMode, null, root))
  const shows = (text: string) =>
    there.until(
      () => shown.element.textContent === text,
      () => shown.element.innerHTML,
    )
  return { ...there, ...shown, shows, state: (name: string) => there.harness.client.channels.get(name).state }
}

function Texts({ name, options, wait }: { name: string; options: object; wait?: Promise<void> | undefined }): ReactNode {
  const { messages } = useConversation({ channelName: name, ...options })
  if (wait) use(wait)
  return messages.map(({ key, text }) => createElement('p', { key }, text))
}

const never = new Promise<void>(() => {})

function awaited() {
  let resume = () => {}
  const wait = new Promise<void>((resolve) => (resume = resolve))
  return { wait, resume }
}

it('a transition to another conversation: the one before is followed until it is over', async () => {
  const { wait, resume } = awaited()
  let go = (_name: string, _wait?: Promise<void>) => {}
  const { write, shows, unmount, nothingLeft, state, until } = page(({ options }) => {
    const [now, set] = useState<{ name: string; wait?: Promise<void> | undefined }>({ name: 'ai:a' })
    go = (name, wait) => startTransition(() => set({ name, wait }))
    return createElement(Suspense, { fallback: 'wait' }, createElement(Texts, { ...now, options }))
  })
  await write('ai:a', 'a')
  await write('ai:b', 'b')
  await shows('a')
  go('ai:b', wait)
  await driver.settled()
  await write('ai:a', '!')
  await shows('a!')
  expect(state('ai:b')).toBe('initialized')
  resume()
  await shows('b')
  await until(() => state('ai:a') === 'detached')
  unmount()
  await nothingLeft()
})

it('a transition that is given up: nothing is ever attached for it', async () => {
  let go = (_name: string, _wait?: Promise<void>) => {}
  const { write, shows, unmount, nothingLeft, state } = page(({ options }) => {
    const [now, set] = useState<{ name: string; wait?: Promise<void> | undefined }>({ name: 'ai:a' })
    go = (name, wait) => startTransition(() => set({ name, wait }))
    return createElement(Suspense, { fallback: 'wait' }, createElement(Texts, { ...now, options }))
  })
  await write('ai:a', 'a')
  await shows('a')
  go('ai:b', never)
  await driver.settled()
  go('ai:a')
  await write('ai:a', '!')
  await shows('a!')
  unmount()
  await nothingLeft()
  expect(state('ai:b')).toBe('initialized')
})

it('a deferred value of the messages: reaches the last of them', async () => {
  const { write, shows, unmount, nothingLeft } = page(({ options }) => {
    const { messages } = useConversation({ channelName: 'ai:deferred', ...options })
    const deferred = useDeferredValue(messages)
    return [messages, deferred].map((list, i) => createElement('p', { key: i }, list.map(({ text }) => text).join()))
  })
  for (const text of ['a', 'b', 'c']) await write('ai:deferred', text)
  await shows('abcabc')
  await write('ai:deferred', 'd')
  await shows('abcdabcd')
  unmount()
  await nothingLeft()
})

it('a tree that waits before it was ever shown and is given up: nothing is ever attached', async () => {
  let leave = () => {}
  const { shows, nothingLeft, state } = page(({ options }) => {
    const [there, set] = useState(true)
    leave = () => set(false)
    const texts = there ? createElement(Texts, { name: 'ai:given-up', options, wait: never }) : 'else'
    return createElement(Suspense, { fallback: 'wait' }, texts)
  })
  await shows('wait')
  leave()
  await shows('else')
  await nothingLeft()
  expect(state('ai:given-up')).toBe('initialized')
})

it('a tree that waits again after it was shown: goes on being followed, and goes when it is left', async () => {
  const { wait, resume } = awaited()
  interface Now {
    readonly wait?: Promise<void>
    readonly left?: boolean
  }
  let set: (now: Now) => void = () => {}
  const { write, unmount, nothingLeft, until, element, state, listenersOf } = page(({ options }) => {
    const [now, setNow] = useState<Now>({})
    set = setNow
    const texts = now.left ? null : createElement(Texts, { name: 'ai:again', options, wait: now.wait })
    return createElement(Suspense, { fallback: createElement('i') }, texts)
  })
  const say = () => element.innerHTML
  const visible = (text: string) => !element.querySelector('i') && element.textContent === text
  await write('ai:again', 'a')
  await until(() => visible('a'), say)
  const before = listenersOf('ai:again')
  set({ wait })
  await until(() => element.querySelector('i') !== null, say)
  await write('ai:again', 'b')
  expect(state('ai:again')).toBe('attached')
  resume()
  await until(() => visible('ab'), say)
  expect(listenersOf('ai:again')).toBe(before)
  set({ wait: never })
  await until(() => element.querySelector('i') !== null, say)
  set({ left: true })
  await nothingLeft()
  unmount()
})

it('an error boundary that is reset: let go while it shows the error, followed again after', async () => {
  // React tells of what a boundary catches.
  const told = vi.spyOn(console, 'error').mockImplementation(() => {})
  onTestFinished(() => told.mockRestore())
  let broken = true
  class Boundary extends Component<{ children?: ReactNode }, { failed: boolean }> {
    override state = { failed: false }
    static getDerivedStateFromError = () => ({ failed: true })
    override render() {
      return this.state.failed ? 'sorry' : this.props.children
    }
  }
  const boundary = createRef<Boundary>()
  const Page = ({ options }: { options: object }) => {
    const { messages } = useConversation({ channelName: 'ai:broken', ...options })
    const text = messages[0]?.text ?? ''
    if (broken && text.includes('!')) throw new Error('unable to draw; it is broken: mend it')
    return text
  }
  const { write, shows, unmount, nothingLeft } = page(({ options }) =>
    createElement(Boundary, { ref: boundary }, createElement(Page, { options })),
  )
  await write('ai:broken', 'a')
  await shows('a')
  await write('ai:broken', '!')
  await shows('sorry')
  await nothingLeft()
  broken = false
  boundary.current!.setState({ failed: false })
  await write('ai:broken', 'b')
  await shows('a!b')
  unmount()
  await nothingLeft()
})
