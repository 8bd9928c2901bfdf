/**
 * What of a text that was typed is published: without blank lines around it and without space at its end. The indentation of its first line stays,
 * which is part of code, YAML or a list. Empty where there is nothing but white space.
 */
export function promptText(typed: string): string {
  return typed.trimEnd().replace(/^(?:[^\S\n]*\n)+/, '')
}
