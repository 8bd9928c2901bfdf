import { randomUUID } from 'node:crypto'
import { Realtime, Rest, type ClientOptions, type RealtimeChannel, type TokenParams } from 'ably'
import msgpack from '@ably/msgpack-js'
import { SignJWT } from 'jose'
import { createLocalAbly, type LocalAbly, type LocalAblyOptions } from '../../src/index.ts'
import { Received } from '../fixture.ts'
import { RawSocket } from '../raw-socket.ts'
import { keyName, keySecret, NotTried, prefix, service } from './service.ts'

/** A capability as the client takes it: JSON. */
export type Allowed = Readonly<Record<string, readonly string[]>>

export interface Answer {
  readonly status: number
  readonly headers: Headers
  // Rows look into answers of many shapes; a wrong look is a failed row.
  readonly body: Readonly<Record<string, never>> & readonly never[]
}

/** The key every section's server knows beside the default one: its tokens can be revoked. */
export const REVOCABLE = 'local.revocable:streamfold'

let serial = 0

/** What a row has to try a behaviour with: the real client and a raw socket, in one format. Everything ends with the row. */
export class World {
  readonly binary: boolean
  readonly format: 'msgpack' | 'json'
  /** A channel nobody else uses. */
  readonly name: string
  readonly #shared: LocalAbly
  readonly #cleanup: (() => unknown)[] = []
  /** Rejects when the row is to be left out, also where a callback of the row finds that. */
  readonly leftOut: Promise<never>
  #leaveOut: (reason: NotTried) => void = () => {}

  constructor(server: LocalAbly, binary: boolean) {
    this.leftOut = new Promise((_, reject) => (this.#leaveOut = reject))
    this.leftOut.catch(() => {})
    this.#shared = service ? withoutFaults(server, () => this.onlyLocal('the faults of local Ably')) : server
    this.binary = binary
    this.format = binary ? 'msgpack' : 'json'
    // Every test file counts for itself, and on a service they meet.
    this.name = service ? `${prefix}${randomUUID()}` : `row${serial++}`
  }

  get server(): LocalAbly {
    return this.#shared
  }

  /** Leaves the row out where it is tried against a service, which has no such thing. */
  onlyLocal(needed: string): void {
    if (!service) return
    const error = new NotTried(needed)
    this.#leaveOut(error)
    throw error
  }

  async serve(options: LocalAblyOptions): Promise<LocalAbly> {
    this.onlyLocal('a server with settings of its own')
    const server = await createLocalAbly(options)
    this.#cleanup.push(() => server.close())
    return server
  }

  realtime(options: ClientOptions = {}, server = this.#shared): Realtime {
    if (options.key === REVOCABLE) this.onlyLocal('a key whose tokens can be revoked')
    if (options.endpoint !== undefined) this.onlyLocal('an address of this machine')
    const defaults = { logLevel: 0, useBinaryProtocol: this.binary, disconnectedRetryTimeout: 20 } as const
    const client = new Realtime(server.clientOptions<ClientOptions>({ ...defaults, ...options }))
    this.#cleanup.push(() => client.close())
    return client
  }

  async client(options: ClientOptions = {}, server = this.#shared): Promise<Realtime> {
    const client = this.realtime(options, server)
    await client.connection.whenState('connected')
    return client
  }

  rest(options: ClientOptions = {}, server = this.#shared): Rest {
    if (options.key === REVOCABLE) this.onlyLocal('a key whose tokens can be revoked')
    return new Rest(server.clientOptions<ClientOptions>({ logLevel: 0, useBinaryProtocol: this.binary, ...options }))
  }

  async channel(options: ClientOptions = {}, server = this.#shared): Promise<RealtimeChannel> {
    return (await this.client(options, server)).channels.get(this.name)
  }

  async token(params: Omit<TokenParams, 'capability'> & { capability?: Allowed } = {}, server = this.#shared): Promise<string> {
    const { capability, ...rest } = params
    const asked = capability === undefined ? rest : { ...rest, capability: JSON.stringify(capability) }
    return (await this.rest({}, server).auth.requestToken(asked)).token
  }

  /** A client that may do no more than this. */
  async as(capability: Allowed, clientId?: string, server = this.#shared): Promise<Realtime> {
    const token = await this.token({ capability, ...(clientId === undefined ? {} : { clientId }) }, server)
    return this.client({ token }, server)
  }

  /** A channel that is listened to, and what it has heard. */
  async hearing(channel?: RealtimeChannel): Promise<Received> {
    return Received.on(channel ?? (await this.channel()))
  }

  async raw(query: Record<string, string> = {}, server = this.#shared): Promise<RawSocket> {
    const socket = await RawSocket.open(server, { format: this.format, ...query })
    this.#cleanup.push(() => socket.close())
    return socket
  }

  /** A raw socket that is attached. */
  async attached(fields: object = {}, query: Record<string, string> = {}): Promise<RawSocket> {
    const socket = await this.raw(query)
    socket.send({ action: 10, channel: this.name, ...fields })
    await socket.frame(({ action }) => action === 11)
    return socket
  }

  /** The ATTACHED frame that answers such an ATTACH. */
  async attachedFrame(fields: object = {}, query: Record<string, string> = {}): Promise<Record<string, unknown>> {
    const socket = await this.attached(fields, query)
    return socket.frames.find(({ action }) => action === 11) ?? {}
  }

  /** A REST request in the format of the row, with the server's key unless `authorization` says otherwise. */
  async http(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
    server = this.#shared,
  ): Promise<Answer> {
    const type = this.binary ? 'application/x-msgpack' : 'application/json'
    const authorization = `Basic ${Buffer.from(server.key).toString('base64')}`
    const response = await fetch(`${server.url}${path}`, {
      method,
      headers: { accept: type, 'content-type': type, authorization, ...headers },
      ...(body === undefined ? {} : { body: this.binary ? msgpack.encode(body, true) : JSON.stringify(body) }),
    })
    const bytes = Buffer.from(await response.arrayBuffer())
    const binary = response.headers.get('content-type') === 'application/x-msgpack'
    const decoded: unknown = bytes.byteLength === 0 ? undefined : binary ? msgpack.decode(bytes) : JSON.parse(bytes.toString())
    return { status: response.status, headers: response.headers, body: decoded as Answer['body'] }
  }

  async end(): Promise<void> {
    for (const task of this.#cleanup.splice(0).toReversed()) await task()
  }
}

function withoutFaults(server: LocalAbly, asked: () => void): LocalAbly {
  return Object.defineProperty({ ...server }, 'faults', { get: asked })
}

/** The code and status a promise is rejected with. */
export async function refusal(promise: Promise<unknown>): Promise<readonly [code: number, status: number] | 'no refusal'> {
  try {
    await promise
    return 'no refusal'
  } catch (error) {
    const { code, statusCode } = error as { code: number; statusCode: number }
    return [code, statusCode]
  }
}

export const append = (channel: RealtimeChannel, serial: unknown, data: unknown): Promise<{ versionSerial: string | null }> =>
  channel.appendMessage({ serial, data } as never)

/** Publishes one message; resolves with its serial. */
export async function create(channel: RealtimeChannel, data: unknown = '', name = 'response'): Promise<string> {
  const { serials } = await channel.publish({ name, data })
  return String(serials[0])
}

/** Every append is a version of its own. */
export const immediate = { transportParams: { appendRollupWindow: 0 } } as const

/** A JWT as a user's server signs it. */
export const jwt = (claims: Record<string, unknown> = {}, kid = keyName, secret = keySecret): Promise<string> => {
  const now = Math.floor(Date.now() / 1000)
  return new SignJWT({ iat: now, exp: now + 60, ...claims })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT', kid })
    .sign(new TextEncoder().encode(secret))
}

/** An authCallback out of a promise. */
export const renewing = (token: () => Promise<string>): ClientOptions => ({
  async authCallback(_params, callback) {
    callback(null, await token())
  },
})
