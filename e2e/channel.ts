import { test } from '@playwright/test'
import { Rest } from 'ably'
import { ablyKey, ablyOptions, ports, real } from './environment.ts'

const rest = new Rest(ablyOptions)

/** Local Ably takes faults with a key alone. */
const authorization = `Basic ${btoa(ablyKey)}`

export interface HistoryMessage {
  readonly serial: string
  readonly name: string
  readonly text: string
  readonly status: string | undefined
}

/** What history holds for a conversation, oldest first, read with the real client. */
export async function history(conversation: string): Promise<HistoryMessage[]> {
  const page = await rest.channels.get(`ai:${conversation}`).history({ limit: 100, direction: 'forwards' })
  return page.items.map(({ serial, name, data, extras }) => ({
    serial: serial ?? '',
    name: name ?? '',
    text: String(data ?? ''),
    status: extras?.headers?.status,
  }))
}

export async function responses(conversation: string): Promise<HistoryMessage[]> {
  return (await history(conversation)).filter(({ name }) => name === 'response')
}

/** Replaces the data of a message, as a moderator does. */
export async function replaceData(conversation: string, serial: string, data: string): Promise<void> {
  await rest.channels.get(`ai:${conversation}`).updateMessage({ serial, data })
}

/** Sets faults of local Ably; a test that needs them is skipped without local Ably. */
export async function fault(body: Record<string, unknown>): Promise<void> {
  onlyLocal()
  const response = await fetch(`http://localhost:${ports.LOCAL_ABLY_PORT}/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization },
    body: JSON.stringify(body),
  })
  if (!response.ok) throw new Error(`unable to set the fault; ${response.status} ${await response.text()}`)
}

export function onlyLocal(): void {
  test.skip(real, 'needs local Ably')
}

/** Removes all faults. */
export async function endFaults(): Promise<void> {
  if (real) return
  await fetch(`http://localhost:${ports.LOCAL_ABLY_PORT}/faults`, { method: 'DELETE', headers: { authorization } })
}
