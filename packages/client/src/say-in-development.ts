/** What bundlers put in place of this. Where nothing does, and there is no such thing, it is taken for production. */
declare const process: { readonly env: { readonly NODE_ENV?: string } }

const said = new Set<string>()

/** Tells the developer on the console, once for each text, and not in a production build. */
export function sayInDevelopment(text: string): void {
  if (!isDevelopment() || said.has(text)) return
  said.add(text)
  console.warn(`streamfold: ${text}`)
}

function isDevelopment(): boolean {
  try {
    // Written as bundlers look for it.
    return process.env.NODE_ENV !== 'production'
  } catch {
    return false
  }
}
