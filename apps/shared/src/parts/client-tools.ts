/** What the tool `timeZoneAndLanguage` gives to the agent. */
interface Place {
  readonly timeZone: string
  readonly languages: readonly string[]
}

/** Where the browser is, as each page may read. The card of the call shows it before it is sent. */
function placeOfBrowser(): Place {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions()
  return { timeZone, languages: navigator.languages.slice(0, 20) }
}

/** The tools that the agent asks this page to run. They run by themselves: requests give away as much. */
export const clientTools = { timeZoneAndLanguage: placeOfBrowser }
