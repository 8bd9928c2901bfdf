import { setImmediate } from 'node:timers/promises'
import type { Broker } from '../apps/broker.ts'
import { requireCapability } from '../auth/principal.ts'
import { parseChannelName } from '../channel/channel-name.ts'
import { parseMessages } from '../message/inbound-message.ts'
import { AblyError, toAblyError } from '../protocol/ably-error.ts'
import { PresenceAction } from '../protocol/actions.ts'
import { isRecord } from '../shared/record.ts'
import { wirePresence } from './channel-routes.ts'
import { publishTo } from './message-routes.ts'
import { callerOf, type RestRequest } from './request.ts'
import type { RestResponse } from './respond.ts'

/** POST /messages: publishes to several channels at once. */
export async function batchPublish(broker: Broker, request: RestRequest): Promise<RestResponse> {
  const caller = await callerOf(broker, request)
  const body = await request.body()
  const specs: readonly unknown[] = Array.isArray(body) ? body : [body]
  const batches = specs.map((spec) => {
    if (!isRecord(spec)) throw new AblyError(40000, 400, 'unable to publish; a batch is a list of {channels, messages}')
    const channels = textList(spec['channels'])
    if (channels.length === 0) throw new AblyError(40000, 400, 'unable to publish; the batch names no channels')
    return { channels, messages: spec['messages'] }
  })
  requireFew(batches.flatMap(({ channels }) => channels))
  const answers: BatchResult[] = []
  for (const { channels, messages } of batches) {
    const results = await each(broker, channels, async (name) => {
      return publishTo(broker, caller, broker.channel(parseChannelName(name).base), parseMessages(messages))
    })
    answers.push(results)
  }
  if (isFlat(request)) return flat(201, answers)
  return { status: 201, body: Array.isArray(body) ? answers : answers[0] }
}

/** GET /presence?channels=a,b */
export async function batchPresence(broker: Broker, request: RestRequest): Promise<RestResponse> {
  const caller = await callerOf(broker, request)
  const names = (request.query.get('channels') ?? '').split(',').filter(Boolean)
  requireFew(names)
  const answer = await each(broker, names, async (name) => {
    const { base } = parseChannelName(name)
    requireCapability(caller.principal, base, 'subscribe')
    const members = broker.channel(base).presence.members()
    const present = members.map((member) => ({ ...member, action: PresenceAction.PRESENT }))
    return { channel: name, presence: wirePresence(present, request.accepts) }
  })
  return isFlat(request) ? flat(200, [answer]) : { status: 200, body: answer }
}

/** Throws 40000 for a request about more channels than one may be about. */
function requireFew(names: readonly string[]): void {
  if (names.length > MAX_NAMED) throw new AblyError(40000, 400, `unable to answer; a batch may name channels ${MAX_NAMED} times`)
  if (new Set(names).size <= MAX_CHANNELS) return
  throw new AblyError(40000, 400, `unable to answer; a batch may name ${MAX_CHANNELS} channels`)
}

const MAX_CHANNELS = 100
/** A channel may be named by several parts of a batch. */
const MAX_NAMED = 1_000

/** Protocol version 2 knew only the results, flat; a failure among them makes the answer an error. */
function isFlat(request: RestRequest): boolean {
  return request.headers['x-ably-version'] === '2'
}

function flat(status: number, answers: readonly BatchResult[]): RestResponse {
  const results = answers.flatMap((answer) => answer.results)
  if (answers.every(({ failureCount }) => failureCount === 0)) return { status, body: results }
  const error = new AblyError(40020, 400, 'unable to complete the batch; each result has its own outcome')
  return { status: 400, body: { error: error.toWire(), batchResponse: results }, error }
}

interface BatchResult {
  readonly successCount: number
  readonly failureCount: number
  readonly results: readonly object[]
}

async function each(broker: Broker, names: readonly string[], handle: (name: string) => Promise<object>): Promise<BatchResult> {
  const results: object[] = []
  let failureCount = 0
  for (const channel of names) {
    try {
      // Others have their turns in between.
      await setImmediate()
      results.push(await handle(channel))
    } catch (error) {
      failureCount++
      results.push({ channel, error: toAblyError(error, 'a request', broker.options.log).toWire() })
    }
  }
  return { successCount: results.length - failureCount, failureCount, results }
}

function textList(value: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value]
  return list.filter((item) => typeof item === 'string')
}
