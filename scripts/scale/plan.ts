import type { PackageLimits, PackageName, ResourceLimits } from './limits.ts'
import { packages, resources as published } from './limits.ts'

/** What is to be served at once. */
export interface Load {
  /** Readers that are connected. */
  readonly readers: number
  /** Agent processes. */
  readonly agents: number
  /** Conversations that somebody reads. */
  readonly conversations: number
  /** Responses that are being written at the same moment. */
  readonly responses: number
  /** Tokens a second of one response. */
  readonly tokenRate: number
  /** Bytes of a token. */
  readonly tokenBytes: number
  /** Appends a second of one response, at most: `1000 / appendRollupWindow`, or the agent's batches. */
  readonly appendRate: number
  /** Length of a response, in seconds. */
  readonly responseSeconds: number
  /** Conversations of which an agent process holds the channels: those it answers now, and those it has not left yet. */
  readonly channelsPerAgent: number
  /** Seconds in which all readers come back after an outage. */
  readonly reconnectSeconds: number
  /** Days for which a conversation must be readable. */
  readonly keepDays: number
}

/** A million readers and ten thousand agents: each reader in a conversation of their own, one in ten being answered. */
export const aMillionReaders: Load = {
  readers: 1_000_000,
  agents: 10_000,
  conversations: 1_000_000,
  responses: 100_000,
  tokenRate: 50,
  tokenBytes: 5,
  appendRate: 4,
  responseSeconds: 20,
  channelsPerAgent: 100,
  reconnectSeconds: 1_800,
  keepDays: 90,
}

/** One figure beside its limit. */
export interface Check {
  readonly name: string
  readonly value: number
  readonly limit: number
  /** The limit is agreed on with Ably. */
  readonly agreed: boolean
  /** What to do if it does not fit. */
  readonly remedy: string
}

export interface Plan {
  /** Readers of one conversation. */
  readonly readersPerConversation: number
  readonly responsesPerAgent: number
  /** Appends a second that a response sends: never more than its tokens. */
  readonly appendRate: number
  /** Connections that an agent process needs, and which limit asks for them. */
  readonly connectionsPerAgent: number
  readonly connectionsFor: 'the rate of messages' | 'the number of channels'
  readonly connections: number
  readonly channels: number
  /** Prompts a second: as many as responses end. */
  readonly prompts: number
  /** Messages a second: published, stored, delivered. Prompts are among them, and are delivered to an agent, too. */
  readonly published: number
  readonly stored: number
  readonly delivered: number
  readonly messageRate: number
  /** Bytes a second that readers receive, without headers. */
  readonly deliveredBytes: number
  /** Messages of one response, all that is counted of it. */
  readonly messagesPerResponse: number
  /** Whether an archive must keep what history does not. */
  readonly needsArchive: boolean
  /** Seconds in which all readers can connect. */
  readonly connectSeconds: number
  readonly checks: readonly Check[]
  /** The smallest package whose limits hold it all; undefined if none does. */
  readonly fits: PackageName | undefined
}

/** Calculates what a load needs. Pure. @param resources limits of single resources. Default: the published ones */
export function planFor(load: Load, resources: ResourceLimits = published): Plan {
  checkLoad(load)
  const { readers, agents, conversations, responses, responseSeconds } = load
  const readersPerConversation = readers / conversations
  const responsesPerAgent = responses / agents
  const appendRate = Math.min(load.appendRate, load.tokenRate)
  const publishedPerAgent = responsesPerAgent * appendRate
  const forRate = Math.ceil(publishedPerAgent / resources.inboundPerConnection)
  const forChannels = Math.ceil(Math.max(load.channelsPerAgent, responsesPerAgent) / resources.channelsPerConnection)
  const connectionsPerAgent = Math.max(1, forRate, forChannels)
  const prompts = responses / responseSeconds
  const publishing = responses * appendRate + prompts
  // A reader of several conversations is several here: each is one attachment.
  const delivered = publishing * readersPerConversation + prompts
  const channels = conversations
  const connections = readers + agents * connectionsPerAgent
  // Create and end are among them: the first append follows the create, and the last has the end.
  const appends = Math.ceil(appendRate * responseSeconds) + 1
  const needs = { prompts, published: publishing, stored: publishing, delivered, messageRate: publishing * 2 + delivered }
  const fits = (Object.keys(packages) as PackageName[]).find((name) =>
    // Its own keys.
    checksFor(
      load,
      packages[name],
      { ...needs, channels, connections, connectionsPerAgent, appendRate, readersPerConversation },
      resources,
    ).every((each) => isMet(each) || each.agreed),
  )
  const within = packages[fits ?? 'enterprise']
  return {
    readersPerConversation,
    responsesPerAgent,
    appendRate,
    connectionsPerAgent,
    connectionsFor: forRate >= forChannels ? 'the rate of messages' : 'the number of channels',
    connections,
    channels,
    ...needs,
    deliveredBytes: responses * load.tokenRate * load.tokenBytes * readersPerConversation,
    messagesPerResponse: appends * (2 + readersPerConversation),
    needsArchive: load.keepDays > within.historyDays,
    connectSeconds: readers / within.connectionRate,
    checks: checksFor(
      load,
      within,
      { ...needs, channels, connections, connectionsPerAgent, appendRate, readersPerConversation },
      resources,
    ),
    fits,
  }
}

interface Needs extends Pick<
  Plan,
  'prompts' | 'messageRate' | 'channels' | 'connections' | 'connectionsPerAgent' | 'appendRate' | 'readersPerConversation'
> {}

function checksFor(load: Load, limits: PackageLimits, needs: Needs, resources: ResourceLimits): readonly Check[] {
  const { agents, responses } = load
  return [
    check(
      'messages a second in the account',
      needs.messageRate,
      limits.messageRate,
      'lower appendRate, or take a larger package',
    ),
    check('concurrent channels', needs.channels, limits.concurrentChannels, 'take a larger package'),
    check('concurrent connections', needs.connections, limits.concurrentConnections, 'take a larger package'),
    check(
      'messages a second on a connection of an agent',
      ((responses / agents) * needs.appendRate) / needs.connectionsPerAgent,
      resources.inboundPerConnection,
      'give the agent more connections',
    ),
    check(
      'channels on a connection of an agent',
      Math.ceil(Math.max(load.channelsPerAgent, responses / agents) / needs.connectionsPerAgent),
      resources.channelsPerConnection,
      'give the agent more connections',
    ),
    check('messages a second on a channel', needs.appendRate, resources.publishPerChannel, 'raise appendRollupWindow'),
    check('messages a second to a reader', needs.appendRate, resources.outboundPerConnection, 'raise appendRollupWindow'),
    check(
      'members present on a channel',
      needs.readersPerConversation + 1,
      needs.readersPerConversation + 1 > resources.presenceMembers ? resources.batchedPresenceMembers : resources.presenceMembers,
      'let readers not enter presence',
    ),
    check(
      'new connections a second after an outage',
      load.readers / load.reconnectSeconds,
      limits.connectionRate,
      'let pages wait a random time before they connect',
      limits.agreed.includes('connectionRate'),
    ),
    check(
      'prompts a second, if a webhook asks the agent',
      needs.prompts,
      limits.integrationRate,
      'let pages ask the agent over HTTP',
      limits.agreed.includes('integrationRate'),
    ),
    check(
      'tokens a second after an outage, if Ably issues them',
      load.readers / load.reconnectSeconds,
      limits.tokenRequestRate,
      'sign JWTs on your server: they ask Ably for nothing',
      limits.agreed.includes('tokenRequestRate'),
    ),
  ]
}

function check(name: string, value: number, limit: number, remedy: string, agreed = false): Check {
  return { name, value, limit, remedy, agreed }
}

export function isMet({ value, limit }: Check): boolean {
  return value <= limit
}

/** @throws RangeError */
function checkLoad(load: Load): void {
  for (const [name, value] of Object.entries(load) as [string, unknown][]) {
    if (typeof value !== 'number' || !Number.isFinite(value) || value < 0)
      throw new RangeError(`unable to calculate; ${name} is ${String(value)}: give a number that is not negative`)
  }
  for (const name of ['agents', 'conversations', 'responseSeconds', 'reconnectSeconds'] as const)
    if (load[name] === 0) throw new RangeError(`unable to calculate; ${name} is 0: give at least 1`)
}
