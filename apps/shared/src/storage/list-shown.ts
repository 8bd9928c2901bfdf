import { readRecord, writeRecord } from './local-record.ts'

const record = 'list'

/** Whether this device shows the list of conversations beside a wide page. */
export function isListShown(): boolean {
  return readRecord(record) !== 'hidden'
}

export function keepListShown(shown: boolean): void {
  writeRecord(record, shown ? '' : 'hidden')
}
