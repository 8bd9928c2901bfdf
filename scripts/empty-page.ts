import { afterAll } from 'vitest'

/** What of a page outlives a file of tests. */
interface Page {
  readonly document: Readonly<Record<'head' | 'body', { replaceChildren(): void }>>
  readonly localStorage: { clear(): void }
  readonly sessionStorage: { clear(): void }
  readonly history: { replaceState(data: null, unused: '', url: string): void }
}

afterAll(() => {
  const { document, localStorage, sessionStorage, history } = globalThis as unknown as Page // happy-dom's.
  document.head.replaceChildren()
  document.body.replaceChildren()
  localStorage.clear()
  sessionStorage.clear()
  history.replaceState(null, '', '/')
})
