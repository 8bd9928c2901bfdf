import { isFields } from '../fields.ts'

/** Servers that leave nothing out write an error into every chunk, without anything in it. */
export function saysError(error: unknown): boolean {
  if (typeof error === 'object' && error !== null) return Object.values(error).some(saysError)
  return Boolean(error)
}

/** Whichever of them says something, in the order in which people understand it. */
const saying = ['message', 'text', 'error', 'errorText', 'detail', 'errors', 'code']

/** What a reported failure says, in whatever shape; empty where it says nothing. */
export function messageOf(reported: unknown): string {
  if (typeof reported === 'string') return reported
  if (Array.isArray(reported)) return messageOf(reported[0])
  if (!isFields(reported)) return ''
  for (const name of saying) {
    const message = messageOf(reported[name])
    if (message !== '') return message
  }
  return ''
}
