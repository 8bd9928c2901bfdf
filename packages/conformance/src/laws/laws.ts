import { agents } from './agents.ts'
import { approvals } from './approvals.ts'
import { devices } from './devices.ts'
import type { Law } from './law.ts'
import { networks } from './networks.ts'

/** All laws, in the order of the table. */
export const laws: readonly Law[] = [...devices, ...networks, ...agents, ...approvals]
