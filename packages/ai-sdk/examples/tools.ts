import type { ClientTools } from '@streamfold/client'

/** What this page runs for the agent, by the names of the tools. */
export const tools: ClientTools = {
  timeZoneAndLanguage: () => ({
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    languages: [...navigator.languages],
  }),
}
