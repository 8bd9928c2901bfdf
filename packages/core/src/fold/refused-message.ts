import type { RefusedVersion } from '../protocol/event.ts'

/** A message that was read, whose newest version is refused. */
export interface RefusedMessage extends RefusedVersion {
  /** Its older versions have been read. */
  readonly read?: true
}
