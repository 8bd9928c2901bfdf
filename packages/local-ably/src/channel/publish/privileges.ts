import { requireCapability } from '../../auth/principal.ts'
import type { InboundMessage } from '../../message/inbound-message.ts'
import type { Channel } from '../channel.ts'
import type { Origin } from './origin.ts'

/** `extras.privileged` is for those with the capability `privileged-headers` alone. Throws 40160. */
export function requirePrivileges(channel: Channel, origin: Origin, messages: readonly InboundMessage[]): void {
  for (const { extras } of messages) {
    if (extras?.['privileged'] !== undefined) requireCapability(origin.principal, channel.name, 'privileged-headers')
  }
}
