import { randomBytes } from 'node:crypto'
import * as v from 'valibot'
import { parseCapability, type Capability } from '../auth/capability.ts'
import type { NamespaceRule } from '../options/namespace-rules.ts'
import type { ResolvedOptions } from '../options/options.ts'
import { AblyError } from '../protocol/ably-error.ts'
import { randomId } from '../shared/random-id.ts'

/** A list of what costs time to make, which all others wait for. */
function few<Item extends v.GenericSchema>(item: Item) {
  return v.pipe(v.array(item), v.maxLength(1_000, 'there are more than 1000'))
}

/**
 * The body of `POST /apps`, as the test suites of Ably's client libraries send it (ably-common,
 * `test-resources/test-app-setup.json`, the object under `post_apps`). Fields they may add are ignored.
 */
const appRequest = v.object({
  keys: v.optional(
    few(
      v.object({
        capability: v.optional(v.union([v.string(), v.record(v.string(), v.array(v.string()))])),
        revocableTokens: v.optional(v.boolean()),
      }),
    ),
  ),
  namespaces: v.optional(
    few(
      v.object({
        id: v.string(),
        persisted: v.optional(v.boolean()),
        mutableMessages: v.optional(v.boolean()),
      }),
    ),
  ),
  channels: v.optional(
    few(
      v.object({
        name: v.string(),
        presence: v.optional(
          few(v.object({ clientId: v.string(), data: v.optional(v.unknown()), encoding: v.optional(v.string()) })),
        ),
      }),
    ),
  ),
  limits: v.optional(v.object({ presence: v.optional(v.object({ maxMembers: v.optional(v.number()) })) })),
})

export type AppRequest = v.InferOutput<typeof appRequest>

/** A created application, as it is stored; `describeApp` makes the answer from it. */
export interface AppSpec extends AppRequest {
  readonly appId: string
  readonly accountId: string
  readonly keyList: readonly {
    readonly id: string
    readonly value: string
    readonly capability: Capability
    readonly revocableTokens: boolean
  }[]
}

/** A key without a capability may do everything on every channel. */
const ALL_CHANNELS: Capability = { '*': ['*'] }

/** Throws 40000 for a body that describes no application. */
export function parseAppRequest(body: unknown): AppRequest {
  const parsed = v.safeParse(appRequest, body ?? {})
  if (parsed.success) return parsed.output
  const reason = parsed.issues.map((issue) => `${v.getDotPath(issue) ?? 'body'}: ${issue.message}`).join('; ')
  throw new AblyError(40000, 400, `unable to make the application; ${reason}`)
}

export function createAppSpec(request: AppRequest): AppSpec {
  const keys = request.keys?.length ? request.keys : [{}]
  return {
    ...request,
    appId: randomId(4),
    accountId: randomId(4),
    keyList: keys.map(({ capability, revocableTokens }) => ({
      id: randomId(4),
      value: randomBytes(24).toString('base64url'),
      capability: capability === undefined ? ALL_CHANNELS : parseCapability(capability),
      revocableTokens: revocableTokens ?? false,
    })),
  }
}

/** The answer; key and secret both apart and together, since the client libraries read either. */
export function describeApp(spec: AppSpec): object {
  const { appId, accountId } = spec
  return {
    id: appId,
    appId,
    accountId,
    status: 'enabled',
    tlsOnly: false,
    keys: spec.keyList.map(({ id, value, capability, revocableTokens }) => ({
      id,
      value,
      keyName: `${appId}.${id}`,
      keySecret: value,
      keyStr: `${appId}.${id}:${value}`,
      capability: JSON.stringify(capability),
      revocableTokens,
      status: 'enabled',
    })),
    namespaces: spec.namespaces ?? [],
    channels: spec.channels ?? [],
    limits: spec.limits ?? {},
  }
}

/** The options of the server with what the application changes. Its channels are mutable only where it says so. */
export function optionsOf(options: ResolvedOptions, spec: AppSpec): ResolvedOptions {
  const rules: Record<string, NamespaceRule> = { '*': { mutableMessages: false } }
  for (const { id, persisted = false, mutableMessages = false } of spec.namespaces ?? []) {
    rules[id] = { persisted, mutableMessages }
  }
  return {
    ...options,
    rules,
    webhooks: [],
    keys: spec.keyList.map(({ id, value, capability, revocableTokens }) => ({
      key: `${spec.appId}.${id}:${value}`,
      capability,
      revocableTokens,
    })),
    limits: { ...options.limits, presenceMembers: spec.limits?.presence?.maxMembers ?? options.limits.presenceMembers },
  }
}
