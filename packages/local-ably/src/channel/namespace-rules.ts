import { AblyError } from '../protocol/ably-error.ts'

export interface NamespaceRule {
  /** Whether messages can be updated, deleted and appended to; true by default. */
  readonly mutableMessages?: boolean
}

export function requireMutable(rules: Readonly<Record<string, NamespaceRule>>, channel: string): void {
  const namespace = channel.split(':')[0] ?? ''
  const rule = Object.hasOwn(rules, namespace) ? rules[namespace] : undefined
  if (rule?.mutableMessages === false) {
    throw new AblyError(93002, 400, `unable to change a message; mutableMessages is off for the namespace "${namespace}"`)
  }
}
