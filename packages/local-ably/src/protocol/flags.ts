/** ProtocolMessage flags (TR3). */
export const Flag = {
  HAS_PRESENCE: 1 << 0,
  HAS_BACKLOG: 1 << 1,
  RESUMED: 1 << 2,
  ATTACH_RESUME: 1 << 5,
} as const

/** Channel modes, in the order in which the client decodes them. */
export const Mode = {
  PRESENCE: 1 << 16,
  PUBLISH: 1 << 17,
  SUBSCRIBE: 1 << 18,
  PRESENCE_SUBSCRIBE: 1 << 19,
  ANNOTATION_PUBLISH: 1 << 21,
  ANNOTATION_SUBSCRIBE: 1 << 22,
  OBJECT_SUBSCRIBE: 1 << 24,
  OBJECT_PUBLISH: 1 << 25,
} as const

export const ALL_MODES = Object.values(Mode).reduce((all, bit) => all | bit, 0)

/** The modes of an attachment that requests none. */
export const DEFAULT_MODES = Mode.PRESENCE | Mode.PUBLISH | Mode.SUBSCRIBE | Mode.PRESENCE_SUBSCRIBE | Mode.ANNOTATION_PUBLISH

export function modesFromNames(names: string): number | undefined {
  let modes = 0
  for (const name of names.split(',')) {
    const bit = (Mode as Readonly<Record<string, number>>)[name.trim().toUpperCase()]
    if (bit === undefined) return undefined
    modes |= bit
  }
  return modes
}

export function namesFromModes(modes: number): string {
  return Object.entries(Mode)
    .filter(([, bit]) => (modes & bit) !== 0)
    .map(([name]) => name.toLowerCase())
    .join(',')
}
