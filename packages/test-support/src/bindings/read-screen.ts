import type { ConversationView } from '@streamfold/client'
import type { Screen } from '@streamfold/testkit'

/** What a test binding writes on the part that is not the list: read back by `readScreen`. */
export function attributesOf(view: Omit<ConversationView, 'messages'>): Readonly<Record<`data-${string}`, string>> {
  return {
    'data-status': view.status,
    'data-connection': view.connectionStatus,
    'data-error': view.error ?? '',
    'data-unanswered': view.unanswered?.reason ?? '',
    'data-older': String(view.hasOlder),
  }
}

/** Reads the screen from the page: `<p>` with `attributesOf`, and an `<li data-status>` for each message. */
export function readScreen(element: HTMLElement): Screen {
  const { status = '', connection = '', error = '', unanswered = '', older } = element.querySelector('p')?.dataset ?? {}
  const rows = [...element.querySelectorAll('li')].map((row) => ({
    element: row,
    text: row.textContent ?? '',
    status: row.dataset['status'] ?? '',
  }))
  return { rows, status, connectionStatus: connection, error, unanswered, hasOlder: older === 'true' }
}
