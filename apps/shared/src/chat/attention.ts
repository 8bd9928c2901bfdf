import type { Store, WaitingCall } from '@streamfold/core'
import { toolTitle } from '../parts/tool-view.ts'
import { decisionsDue } from './decisions.ts'
import { texts } from './texts.ts'

/**
 * Says in the title of the page that decisions of the reader are due, which a page in the background shows too, and with a notification if the page is not in
 * sight and the reader has permitted it. @returns stops it
 */
export function watchAttention(store: Store, clientId: string): () => void {
  const { title } = document
  let notified = new Set<string>()
  let shown = 0
  const look = (): void => {
    const due = decisionsDue(store.getState(), clientId)
    if (due.length !== shown) document.title = due.length === 0 ? title : `(${due.length}) ${texts.waitsForYou} · ${title}`
    shown = due.length
    const fresh = due.filter((call) => !notified.has(keyOf(call)))
    if (fresh.length > 0 && document.hidden) notify(fresh)
    notified = new Set(due.map(keyOf))
  }
  look()
  const stop = store.subscribe(look)
  return () => {
    stop()
    document.title = title
  }
}

/** Whether the reader has not decided yet if this page may notify. */
export function canAskToNotify(): boolean {
  return typeof Notification !== 'undefined' && Notification.permission === 'default'
}

/** Asks whether this page may notify; browsers allow that only while a press is handled. */
export async function askToNotify(): Promise<void> {
  await Notification.requestPermission()
}

/** Without the input: a notification may be seen on a locked screen. */
function notify(calls: readonly WaitingCall[]): void {
  if (typeof Notification === 'undefined' || Notification.permission !== 'granted') return
  const body = [...new Set(calls.map(({ call }) => toolTitle(call)))].join(', ')
  try {
    const notification = new Notification(texts.waitsForYou, { body, tag: keyOf(calls[0]!) })
    notification.addEventListener('click', () => {
      window.focus()
      notification.close()
    })
  } catch {
    // On a phone only a service worker may notify: the title says it.
  }
}

function keyOf({ message, call }: WaitingCall): string {
  return `${message.id} ${call.toolCallId}`
}
