import { readRecord, writeRecord } from './local-record.ts'

/** The branch of a conversation that was shown last on this device; undefined for the newest. */
export function readBranch(conversation: string): string | undefined {
  return readRecord(`branch:${conversation}`)
}

export function keepBranch(conversation: string, head: string | undefined): void {
  writeRecord(`branch:${conversation}`, head ?? '')
}
