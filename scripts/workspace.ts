import { fileURLToPath } from 'node:url'

/** The root of the workspace, with a closing slash. */
export const root = fileURLToPath(new URL('../', import.meta.url))
