// @vitest-environment happy-dom
import { createStore } from '@streamfold/core'
import { openInspector } from '@streamfold/inspector'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'

let lying = false
let turned = () => {}

beforeEach(() => {
  localStorage.clear()
  lying = false
  vi.stubGlobal('innerHeight', 800)
  vi.stubGlobal('innerWidth', 1_200)
  vi.stubGlobal('matchMedia', (query: string) => ({
    get matches() {
      return lying
    },
    addEventListener: (_: string, listener: () => void) => {
      if (query.includes('max-height')) turned = listener
    },
    removeEventListener: () => {},
  }))
})
afterEach(() => {
  document.body.replaceChildren()
  vi.unstubAllGlobals()
})

const room = () => ['height', 'width'].map((side) => document.documentElement.style.getPropertyValue(`--streamfold-dock-${side}`))

async function open() {
  const close = openInspector(createStore({ log: true }))
  const element = document.querySelector('streamfold-inspector')!
  await element.updateComplete
  const grip = () => element.renderRoot.querySelector<HTMLElement>('[role=separator]')!
  const press = async (key: string, shiftKey = false) => {
    grip().dispatchEvent(new KeyboardEvent('keydown', { key, shiftKey }))
    await element.updateComplete
    return grip().getAttribute('aria-valuenow')
  }
  return { close, element, grip, press }
}

it('keeps its room free of the page, and gives it back', async () => {
  document.body.style.paddingBottom = '3px'
  const { close, element } = await open()
  expect(room()).toEqual(['416px', '0px'])
  expect(document.body.style.paddingBottom).toBe('var(--streamfold-dock-height)')
  expect(element.style.height).toBe('var(--streamfold-dock-height)')
  close()
  expect([...room(), document.body.style.paddingBottom]).toEqual(['', '', '3px'])
})

it('is made larger and smaller by keys, within bounds, and is so again the next time', async () => {
  const { close, press } = await open()
  expect(await press('ArrowUp')).toBe('440')
  expect(await press('ArrowDown', true)).toBe('344')
  expect(await press('Home')).toBe('144')
  expect(await press('ArrowDown')).toBe('144')
  expect(await press('End')).toBe('592')
  expect(await press('ArrowDown')).toBe('568')
  close()
  const again = await open()
  expect(room()).toEqual(['568px', '0px'])
  expect(await again.press('Enter')).toBe('416')
  again.close()
  const last = await open()
  expect(room()).toEqual(['416px', '0px'])
  last.close()
})

it('is beside the page in landscape, and below it in portrait', async () => {
  lying = true
  vi.stubGlobal('innerHeight', 360)
  vi.stubGlobal('innerWidth', 640)
  const { close, element, grip, press } = await open()
  expect(room()).toEqual(['0px', '320px'])
  expect(grip().getAttribute('aria-orientation')).toBe('vertical')
  expect(await press('ArrowLeft')).toBe('344')
  lying = false
  vi.stubGlobal('innerHeight', 640)
  vi.stubGlobal('innerWidth', 360)
  turned()
  await element.updateComplete
  expect(room()).toEqual(['320px', '0px'])
  expect(grip().dataset['side']).toBe('bottom')
  close()
})

it('is not docked in a place of the page’s', async () => {
  openInspector(createStore({ log: true }), { parent: document.body })
  const element = document.querySelector('streamfold-inspector')!
  await element.updateComplete
  expect(room()).toEqual(['', ''])
  expect(element.renderRoot.querySelector('[role=separator]')).toBeNull()
})
