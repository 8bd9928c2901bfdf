import type { ConversationView, MessageId } from '@streamfold/client'
import type { Message, PromptState } from '@streamfold/core'
import type { Screen, UploadsScreen } from '@streamfold/testkit'
import { callsOf } from '@streamfold/testkit'

/** What a test binding writes on the part that is not the list: read back by `readScreen`. */
export function attributesOf(view: Omit<ConversationView, 'messages'>): Readonly<Record<`data-${string}`, string>> {
  return {
    'data-status': view.status,
    'data-connection': view.connectionStatus,
    'data-error': view.error ?? '',
    'data-unanswered': view.unanswered?.reason ?? '',
    'data-waiting': view.waiting.map(({ call }) => call.toolCallId).join(),
    'data-older': String(view.hasOlder),
  }
}

/** What a test binding writes on the row of a message: read back by `readScreen`. */
export function rowAttributesOf(
  message: Message | undefined,
  state: PromptState | undefined,
  siblings: readonly MessageId[],
): Readonly<Record<`data-${string}`, string>> {
  return {
    'data-status': message?.status ?? '',
    'data-state': state ?? '',
    'data-version': versionOf(message, siblings),
    'data-calls': message ? callsOf(message) : '',
  }
}

/** Which of its alternatives a message is; empty if it has none. */
export function versionOf(message: Message | undefined, siblings: readonly { readonly id: string }[]): string {
  const at = siblings.findIndex(({ id }) => id === message?.id)
  return siblings.length > 1 && at >= 0 ? `${at + 1}/${siblings.length}` : ''
}

/** Reads the screen from the page: `<p>` with `attributesOf`, and an `<li>` with `rowAttributesOf` for each message. */
export function readScreen(element: HTMLElement): Screen {
  const {
    status = '',
    connection = '',
    error = '',
    unanswered = '',
    waiting = '',
    older,
  } = element.querySelector('p')?.dataset ?? {}
  const rows = [...element.querySelectorAll('li')].map((row) => ({
    element: row,
    text: row.textContent ?? '',
    status: row.dataset['status'] ?? '',
    state: row.dataset['state'] ?? '',
    version: row.dataset['version'] ?? '',
    calls: row.dataset['calls'] ?? '',
  }))
  return { rows, status, connectionStatus: connection, error, unanswered, waiting, hasOlder: older === 'true' }
}

/** Reads what a component rendered as JSON of the values of `useUploads`. */
export function readUploads(element: HTMLElement): UploadsScreen {
  return JSON.parse(element.textContent ?? '') as UploadsScreen // The test binding wrote it.
}
