import { Window } from 'happy-dom'

/** Makes this process look like a page to frameworks. Import it before them. */
const window = new Window({ url: 'http://localhost/' })

const names = [
  'document',
  'Node',
  'Element',
  'HTMLElement',
  'SVGElement',
  'HTMLIFrameElement',
  'Text',
  'Comment',
  'DocumentFragment',
  'HTMLMediaElement',
  'Event',
  'MutationObserver',
]
for (const name of names) Object.defineProperty(globalThis, name, { value: Reflect.get(window, name), configurable: true })
Object.defineProperty(globalThis, 'window', { value: globalThis, configurable: true })
for (const name of ['addEventListener', 'removeEventListener', 'dispatchEvent', 'location'] as const) {
  const value: unknown = Reflect.get(window, name)
  Object.defineProperty(globalThis, name, { value: typeof value === 'function' ? value.bind(window) : value, configurable: true })
}
