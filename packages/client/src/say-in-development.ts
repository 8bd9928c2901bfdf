/** Bundlers replace this. If nothing does and it does not exist, the build counts as production. */
declare const process: { readonly env: { readonly NODE_ENV?: string } }

const said = new Set<string>()

/** Warns the developer on the console, once per text and not in production builds. */
export function sayInDevelopment(text: string): void {
  if (!isDevelopment() || said.has(text)) return
  said.add(text)
  console.warn(`streamfold: ${text}`)
}

function isDevelopment(): boolean {
  try {
    // The form that bundlers look for.
    return process.env.NODE_ENV !== 'production'
  } catch {
    return false
  }
}
