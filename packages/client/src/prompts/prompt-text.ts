/**
 * Trims a typed text for publishing: no blank lines around it and no space at its end. The indentation of the first line stays, because
 * code, YAML and lists need it. Empty if there is only white space.
 */
export function promptText(typed: string): string {
  return typed.trimEnd().replace(/^(?:[^\S\n]*\n)+/, '')
}
