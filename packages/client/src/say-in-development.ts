/** Bundlers replace `process.env.NODE_ENV`. If nothing does and it does not exist, the build counts as production. */
declare const process: { readonly env: { readonly NODE_ENV?: string } }

const said = new Set<string>()

/** Warns the developer on the console, once per text and not in production builds. @param text a function, so that those builds do not contain it */
export function sayInDevelopment(text: () => string): void {
  try {
    // Inline and in this form, so that a bundler removes it with all texts. `typeof process` would be wrong: a bundler leaves it as it is.
    if (process.env.NODE_ENV !== 'production') say(text())
  } catch {
    // A page without a bundler has no `process`.
  }
}

function say(text: string): void {
  if (said.has(text)) return
  said.add(text)
  console.warn(`streamfold: ${text}`)
}
