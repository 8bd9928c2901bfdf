import { AblyError } from '../protocol/ably-error.ts'

export interface NamespaceRule {
  /**
   * Whether messages can be updated, deleted, appended to and annotated. Such messages are persisted. True by default,
   * until a rule switches it on for its namespace: then, as on Ably, namespaces without a rule do not have it.
   */
  readonly mutableMessages?: boolean
  /** Whether messages are kept for `persistedRetention` instead of two minutes; as `mutableMessages` by default. */
  readonly persisted?: boolean
}

/** How long an unpersisted channel keeps its messages, ms (P24). */
const UNPERSISTED = 120_000

/** Throws 93002 if messages of the channel cannot be changed (P9). */
export function requireMutable(rules: Readonly<Record<string, NamespaceRule>>, channel: string): void {
  if (ruleOf(rules, channel).mutableMessages !== false) return
  const namespace = namespaceOf(channel)
  throw new AblyError(
    93002,
    400,
    `unable to change a message; the namespace "${namespace}" has no rule with mutableMessages: add one (on Ably, "Message annotations, updates, deletes, and appends" under the app's rules)`,
  )
}

/** How long a channel keeps its messages, ms. */
export function retentionOf(
  options: { readonly rules: Readonly<Record<string, NamespaceRule>>; readonly persistedRetention: number },
  channel: string,
): number {
  const { mutableMessages = true, persisted = mutableMessages } = ruleOf(options.rules, channel)
  return persisted ? options.persistedRetention : UNPERSISTED
}

function ruleOf(rules: Readonly<Record<string, NamespaceRule>>, channel: string): NamespaceRule {
  const namespace = namespaceOf(channel)
  if (Object.hasOwn(rules, namespace)) return rules[namespace] ?? {}
  if (rules['*'] !== undefined) return rules['*']
  const switchedOn = Object.values(rules).some(({ mutableMessages }) => mutableMessages === true)
  return switchedOn ? { mutableMessages: false } : {}
}

function namespaceOf(channel: string): string {
  const colon = channel.indexOf(':')
  return colon === -1 ? channel : channel.slice(0, colon)
}
