/** The input of a call as a model writes it; undefined where it is none, or not all of it. */
export function readJson(text: string): { readonly input: unknown } | undefined {
  if (text.trim() === '') return { input: {} }
  try {
    const input: unknown = JSON.parse(text)
    return { input }
  } catch {
    return undefined
  }
}
