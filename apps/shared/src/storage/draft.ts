import { readRecord, writeRecord } from './local-record.ts'

/** What was typed into a conversation's box and not sent yet. */
export function readDraft(conversation: string): string {
  return readRecord(`draft:${conversation}`) ?? ''
}

export function keepDraft(conversation: string, text: string): void {
  writeRecord(`draft:${conversation}`, text)
}
