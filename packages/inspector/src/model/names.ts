import type { Band } from './bands.ts'
import type { EntryKind } from './entry.ts'

/** The displayed name of a kind of event. */
export const kindNames: Readonly<Record<EntryKind, string>> = {
  create: 'create',
  append: 'append',
  update: 'full update',
  repair: 'repair',
  delete: 'delete',
  snapshot: 'history',
  held: 'held back',
  ignored: 'ignored',
  rejected: 'rejected',
  cancel: 'cancel',
  channel: 'channel',
  connection: 'connection',
  history: 'history read',
  presence: 'presence',
  prompt: 'prompt',
  answer: 'answer',
  tick: 'tick',
}

export const bandNames: Readonly<Record<Band['kind'], string>> = {
  disconnected: 'Disconnected',
  recovering: 'Recovering',
  gapped: 'Gapped',
  stalled: 'Stalled',
  abandoned: 'Abandoned',
}
