// @vitest-environment happy-dom
import type { Store } from '@streamfold/core'
import { createStore, selectMessages } from '@streamfold/core'
import { exportLog, importLog } from '@streamfold/core/log'
import type { CursorDetail, InspectorElement } from '@streamfold/inspector'
import { defineInspector, openInspector } from '@streamfold/inspector'
import { afterEach, expect, it, vi } from 'vitest'
import { fileName, fileOf } from '../src/element/files/hand-over.ts'
import { live, story, storyLog } from './story.ts'

afterEach(() => document.body.replaceChildren())

function storeOf(events = story): Store {
  const store = createStore({ log: { raw: true } })
  for (const [index, event] of events.entries()) store.dispatch(event, [{ at: 1_000 + index * 100 }])
  return store
}

function inspect(set: (element: InspectorElement) => void): InspectorElement {
  defineInspector()
  const element = document.createElement('streamfold-inspector')
  set(element)
  document.body.append(element)
  return element
}

const find = (element: InspectorElement, id: string) => element.renderRoot.querySelector<HTMLElement>(`[data-testid="${id}"]`)
const text = (element: InspectorElement, id: string) => find(element, id)?.textContent.replaceAll(/\s+/g, ' ').trim() ?? ''
const press = (element: InspectorElement, key: string) =>
  find(element, 'timeline')!.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))

it('reads the store’s log, and goes on as it grows', async () => {
  const store = storeOf()
  const element = inspect((inspector) => (inspector.store = store))
  await vi.waitFor(() => expect(text(element, 'place')).toBe('Live · 18 events'))
  expect(text(element, 'then')).toContain('Hello, world: and more.')
  store.dispatch(live('create', 'z1', 'Another', { serial: 's2' }))
  await vi.waitFor(() => expect(text(element, 'place')).toBe('Live · 19 events'))
  expect(text(element, 'then')).toContain('Another')
})

it('shows all branches: which version a message is, and which of them are on the path of a page', async () => {
  const by = (serial: string, data: string, headers: Record<string, string>) =>
    live('create', `${serial}v`, data, { serial, clientId: 'ann', extras: { headers: { role: 'user', ...headers } } })
  const store = storeOf([...story, by('t1', 'Why?', {}), by('t2', 'How?', { edits: 't1' }), by('t3', '', { again: 't2' })])
  const element = inspect((inspector) => (inspector.store = store))
  await vi.waitFor(() => expect(text(element, 'then')).toContain('How?'))
  const shown = [...find(element, 'then')!.children]
    .slice(-3)
    .map((item) => [item.querySelector('[data-testid=version]')?.textContent, item.getAttribute('data-on-path')])
  expect(shown).toEqual([
    ['1/2', 'false'],
    ['2/2', 'true'],
    ['again', 'false'],
  ])
})

it('shows any moment, emits it, and lets the page follow', async () => {
  const store = storeOf()
  const element = inspect((inspector) => {
    inspector.store = store
    inspector.pageFollows = true
  })
  const told: (number | undefined)[] = []
  element.addEventListener('streamfold-cursor', (event) => told.push((event as CustomEvent<CursorDetail>).detail.index))
  await vi.waitFor(() => expect(text(element, 'place')).toContain('18 events'))
  // The newest problem, the repair before it, and the events before that.
  for (const key of ['PageUp', 'PageUp', 'ArrowLeft', 'ArrowLeft']) press(element, key)
  await element.updateComplete
  expect(told).toEqual([13, 12, 11, 10])
  expect(text(element, 'why')).toContain('Attached again')
  expect(text(element, 'then')).toContain('gapped Hello, world')
  expect(selectMessages(store.getSnapshot())).toMatchObject([{ text: 'Hello, world', continuity: 'gapped' }])
  store.dispatch(live('create', 'z1', 'Another', { serial: 's2' }))
  expect(selectMessages(store.getSnapshot())).toHaveLength(1)
  press(element, 'End')
  expect(selectMessages(store.getSnapshot()).map((message) => message.text)).toEqual(['Hello, world: and more.', 'Another'])
  press(element, 'Home')
  expect(selectMessages(store.getSnapshot())).toEqual([])
  element.remove()
  expect(selectMessages(store.getSnapshot())).toHaveLength(2)
})

it('every pane has contents, and the keys move the picture', async () => {
  const element = inspect((inspector) => (inspector.log = storyLog()))
  await vi.waitFor(() => expect(text(element, 'place')).toContain('18 events'))
  for (const key of ['+', '-', '0', 'f', 'PageDown']) press(element, key)
  find(element, 'tab-trouble')!.click()
  await element.updateComplete
  expect(text(element, 'bands')).toMatch(/Gapped.*Recovering.*Disconnected/)
  find(element, 'tab-figures')!.click()
  await element.updateComplete
  expect(text(element, 'figures')).toContain('Repairs 1')
  find(element, 'tab-machines')!.click()
  await element.updateComplete
  expect(element.renderRoot.querySelector('[data-machine=Channel] svg')?.getAttribute('aria-label')).toBe(
    'Channel: live, by history.loaded from recovering',
  )
})

it('shows what is missing, and what is wrong with a file', async () => {
  const without = createStore()
  const element = inspect((inspector) => (inspector.store = without))
  await element.updateComplete
  expect(element.renderRoot.querySelector('.empty')?.textContent).toContain('keeps no log')
  const transfer = { files: [new File(['{"format":"other"}'], 'x.log')] }
  element.dispatchEvent(Object.assign(new Event('drop', { cancelable: true }), { dataTransfer: transfer }))
  await vi.waitFor(() => expect(text(element, 'inspector-notice')).toContain('does not name the format streamfold-log'))
  transfer.files = [new File([exportLog(storyLog())], 'story.log')]
  element.dispatchEvent(Object.assign(new Event('drop', { cancelable: true }), { dataTransfer: transfer }))
  await vi.waitFor(() => expect(text(element, 'place')).toBe('story.log · 18 events'))
  find(element, 'leave-file')!.click()
  await vi.waitFor(() => expect(text(element, 'place')).toContain('Live'))
})

it('shows how much of a large log is read, and cancels on request', async () => {
  const element = inspect((inspector) => (inspector.store = storeOf()))
  await vi.waitFor(() => expect(text(element, 'place')).toBe('Live · 18 events'))
  const { start, events } = storyLog()
  const large = exportLog({ start, events: Array.from({ length: 200 }, () => events).flat() })
  const drop = () =>
    element.dispatchEvent(
      Object.assign(new Event('drop', { cancelable: true }), { dataTransfer: { files: [new File([large], 'large.log')] } }),
    )
  drop()
  await element.updateComplete
  expect(text(element, 'progress')).toMatch(/Reading large\.log 0 %/)
  find(element, 'cancel-import')!.click()
  await element.updateComplete
  expect(find(element, 'progress')).toBeNull()
  expect(text(element, 'place')).toContain('Live')
  drop()
  await vi.waitFor(() => expect(text(element, 'place')).toBe('large.log · 3,600 events'), { timeout: 5_000 })
  await vi.waitFor(() => expect(find(element, 'progress')).toBeNull())
})

it('opens beside any store, and closes', async () => {
  const onClose = vi.fn()
  const close = openInspector(storeOf(), { onClose })
  const element = document.querySelector('streamfold-inspector')!
  await element.updateComplete
  find(element, 'inspector-close')!.click()
  expect([document.querySelector('streamfold-inspector'), onClose.mock.calls.length]).toEqual([null, 1])
  close()
})

it('hands over a log without its words, unless it is asked for them', () => {
  const log = storyLog()
  expect(fileOf(log, false)).not.toContain('Hello')
  expect(importLog(fileOf(log, true))).toMatchObject({ events: JSON.parse(JSON.stringify(log.events)) })
  expect([fileName(0, true), fileName(1_000, false)]).toEqual([
    'streamfold-1970-01-01-00-00-00.log',
    'streamfold-1970-01-01-00-00-01-redacted.log',
  ])
})
