import { allows, type Capability } from '../../auth/capability.ts'
import { AblyError } from '../../protocol/ably-error.ts'
import { ALL_MODES, DEFAULT_MODES, Mode, modesFromNames } from '../../protocol/flags.ts'

const MODES_OF_OPERATION: Readonly<Record<string, number>> = {
  subscribe: Mode.SUBSCRIBE | Mode.PRESENCE_SUBSCRIBE | Mode.OBJECT_SUBSCRIBE,
  publish: Mode.PUBLISH,
  presence: Mode.PRESENCE,
  'annotation-subscribe': Mode.ANNOTATION_SUBSCRIBE,
  'annotation-publish': Mode.ANNOTATION_PUBLISH,
  'object-subscribe': Mode.OBJECT_SUBSCRIBE,
  'object-publish': Mode.OBJECT_PUBLISH,
}

/** The requested modes of an attach (P80): `params.modes`, otherwise flags, otherwise the default set. */
export function requestedModes(params: Readonly<Record<string, string>>, flags: number): number {
  if (params['modes'] !== undefined) {
    const named = modesFromNames(params['modes'])
    if (named === undefined) throw new AblyError(40000, 400, `unable to attach; unknown mode in "${params['modes']}"`)
    return named
  }
  return (flags & ALL_MODES) === 0 ? DEFAULT_MODES : flags & ALL_MODES
}

/** The requested modes that the capability permits. Throws 40160 if there are none. */
export function grantModes(capability: Capability, channel: string, requested: number): number {
  let permitted = 0
  for (const [operation, modes] of Object.entries(MODES_OF_OPERATION)) {
    if (allows(capability, channel, operation)) permitted |= modes
  }
  if ((requested & permitted) === 0) {
    throw new AblyError(40160, 401, `unable to attach to "${channel}"; the capability permits none of the requested modes`)
  }
  return requested & permitted
}
