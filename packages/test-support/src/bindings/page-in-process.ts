import { Window } from 'happy-dom'

/** Makes a process that is not a test look like a page. Import it before a framework. */
const window = new Window()

for (const name of [
  'document',
  'Node',
  'Element',
  'HTMLElement',
  'SVGElement',
  'HTMLIFrameElement',
  'Text',
  'Comment',
  'Event',
  'MutationObserver',
]) {
  Object.defineProperty(globalThis, name, { value: Reflect.get(window, name), configurable: true })
}
Object.defineProperty(globalThis, 'window', { value: globalThis, configurable: true })
