import type { Page } from '@playwright/test'

/** Puts prompts and answers, of one line to a screenful, into a page opened with `?debug`, as history would bring them. The last one has number `messages - 1`. */
export async function fillConversation(page: Page, messages: number): Promise<void> {
  await page.evaluate((count) => {
    const { store } = (window as unknown as Exposed).__streamfold
    const at = Date.now() - 86_400_000
    const events = Array.from({ length: count }, (_, index) => {
      const serial = String(index).padStart(8, '0')
      const role = index % 2 === 0 ? 'user' : 'assistant'
      const text =
        index % 2 === 0 ? `prompt ${index}` : `Answer **${index}**.\n\n${'Some words of an answer. '.repeat(1 + (index % 9) * 4)}`
      const phase = role === 'assistant' ? 'complete' : undefined
      const who = { role, phase, clientId: role, headers: undefined, messageId: undefined }
      return {
        type: 'snapshot',
        serial,
        version: serial,
        text,
        ...who,
        createdAt: at + index,
        at: at + index,
        source: 'history',
        deleted: false,
      }
    })
    store.dispatch(events)
  }, messages)
}

/** What the apps give to the page with `?debug`. */
interface Exposed {
  readonly __streamfold: { readonly store: { dispatch(events: readonly object[]): void } }
}
