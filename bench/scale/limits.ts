/** Channels that one connection may be attached to (P96). */
export const CHANNELS = 200
