/** A limit that a package does not have. */
export const UNLIMITED = Number.POSITIVE_INFINITY

/** What Ably publishes of a package's limits: see `source` and `read`. Rates are a second. */
export interface PackageLimits {
  /** Messages published and received in the account. */
  readonly messageRate: number
  readonly concurrentChannels: number
  readonly channelCreationRate: number
  readonly concurrentConnections: number
  readonly connectionRate: number
  readonly tokenRequestRate: number
  readonly httpRate: number
  /** Integrations, webhooks among them. */
  readonly integrationRate: number
  /** Longest time that history can be kept, in days. */
  readonly historyDays: number
  /** Without an agreement, in hours, where the channel rule persists. */
  readonly defaultHistoryHours: number
  /** Of these the figure is agreed on with Ably; the one here is the largest that is published. */
  readonly agreed: readonly ('channelCreationRate' | 'connectionRate' | 'tokenRequestRate' | 'httpRate' | 'integrationRate')[]
}

/** Limits of single resources, which are the same in every package. Rates are a second. */
export interface ResourceLimits {
  /** Messages that a connection publishes. */
  readonly inboundPerConnection: number
  /** Messages that a connection receives. */
  readonly outboundPerConnection: number
  readonly channelsPerConnection: number
  /** Messages published to a channel. */
  readonly publishPerChannel: number
  readonly presenceMembers: number
  /** With server-side batching, by agreement at most. */
  readonly batchedPresenceMembers: number
}

/** Where the figures are from. Accounts that pay by monthly active users have others. */
export const source = {
  packages: 'https://ably.com/docs/platform/pricing/resource-based/limits',
  resources: 'https://ably.com/docs/platform/pricing/limits',
  rollup: 'https://ably.com/docs/ai-transport/token-streaming/token-rate-limits',
  counting: 'https://ably.com/docs/platform/pricing/message-counting',
  storage: 'https://ably.com/docs/storage-history/storage',
  read: '2026-11-28',
} as const

export const packages = {
  free: {
    messageRate: 500,
    concurrentChannels: 200,
    channelCreationRate: 42,
    concurrentConnections: 200,
    connectionRate: 42,
    tokenRequestRate: 50,
    httpRate: 50,
    integrationRate: 250,
    historyDays: 1,
    defaultHistoryHours: 24,
    agreed: [],
  },
  standard: {
    messageRate: 2_500,
    concurrentChannels: 10_000,
    channelCreationRate: 250,
    concurrentConnections: 10_000,
    connectionRate: 250,
    tokenRequestRate: 250,
    httpRate: 362,
    integrationRate: 250,
    historyDays: 30,
    defaultHistoryHours: 72,
    agreed: [],
  },
  pro: {
    messageRate: 10_000,
    concurrentChannels: 50_000,
    channelCreationRate: 500,
    concurrentConnections: 50_000,
    connectionRate: 500,
    tokenRequestRate: 500,
    httpRate: 1_447,
    integrationRate: 1_000,
    historyDays: 365,
    defaultHistoryHours: 72,
    agreed: [],
  },
  enterprise: {
    messageRate: UNLIMITED,
    concurrentChannels: UNLIMITED,
    channelCreationRate: 500,
    concurrentConnections: UNLIMITED,
    connectionRate: 500,
    tokenRequestRate: 500,
    httpRate: 1_447,
    integrationRate: 1_000,
    historyDays: 365,
    defaultHistoryHours: 72,
    agreed: ['channelCreationRate', 'connectionRate', 'tokenRequestRate', 'httpRate', 'integrationRate'],
  },
} as const satisfies Readonly<Record<string, PackageLimits>>

export type PackageName = keyof typeof packages

export const resources: ResourceLimits = {
  inboundPerConnection: 50,
  outboundPerConnection: 50,
  channelsPerConnection: 200,
  publishPerChannel: 50,
  presenceMembers: 200,
  batchedPresenceMembers: 20_000,
}
