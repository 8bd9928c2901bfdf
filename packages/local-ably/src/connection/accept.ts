import type { Duplex } from 'node:stream'
import type { RawData, WebSocket } from 'ws'
import { authenticateSocket } from '../auth/authenticate.ts'
import { credentialsInQuery } from '../auth/credentials.ts'
import { resolveClientId, type Principal } from '../auth/principal.ts'
import type { Apps } from '../apps/apps.ts'
import type { Broker } from '../broker.ts'
import { describeFailure, guarded } from '../guarded.ts'
import { toAblyError, type AblyError } from '../protocol/ably-error.ts'
import { Action } from '../protocol/actions.ts'
import { Frame } from '../protocol/frame.ts'
import { connectedFrame } from './connected-frame.ts'
import { Connection, type ConnectionSettings } from './connection.ts'
import { resumeFailure } from './connections.ts'
import { receive } from './receive.ts'
import { watchExpiry } from './token-expiry.ts'
import { Transport } from './transport.ts'

/** What is known of a client before its WebSocket is open. */
export interface Admission {
  readonly broker: Broker
  readonly query: URLSearchParams
  /** Who it is, or why it is nobody. */
  readonly identity: { readonly principal: Principal; readonly clientId: string | undefined } | AblyError
}

/** Finds out who wants to connect; done before the WebSocket opens, so that no frame can arrive meanwhile. */
export async function admit(apps: Apps, query: URLSearchParams, decide: (admission: Admission) => void): Promise<void> {
  decide(await identify(apps, query))
}

async function identify(apps: Apps, query: URLSearchParams): Promise<Admission> {
  const credentials = credentialsInQuery(query)
  const broker = apps.of(credentials)
  try {
    const principal = await authenticateSocket(broker, credentials)
    const clientId = resolveClientId(principal, query.get('clientId') ?? undefined)
    return { broker, query, identity: { principal, clientId } }
  } catch (error) {
    return { broker, query, identity: toAblyError(error) }
  }
}

/** Whether a fault keeps this client out. */
export function refuses({ broker, query, identity }: Admission): boolean {
  const { refusals } = broker.faults
  if (refusals.idle) return false
  const presented = query.get('resume') ?? query.get('recover')
  const returning = presented === null ? undefined : broker.connections.byKey(presented)
  const clientId = 'principal' in identity ? identity.clientId : undefined
  return refusals.refuses(clientId ?? returning?.clientId, returning)
}

/** Answers a WebSocket with CONNECTED on a new or resumed connection, or with ERROR. */
export function accept(admission: Admission, socket: WebSocket, stream: Duplex): void {
  const { broker, query } = admission
  const { clock, maxIdleInterval, maxUnreadBytes, log } = broker.options
  const transport = new Transport(socket, stream, query.get('format') === 'msgpack' ? 'msgpack' : 'json', maxUnreadBytes, {
    clock,
    every: maxIdleInterval,
    asFrames: query.get('heartbeats') === 'true',
  })
  socket.on('error', () => transport.cut())
  let connection: Connection
  let error: AblyError | undefined
  try {
    ;({ connection, error } = connect(admission))
  } catch (failure) {
    const refusal = toAblyError(failure)
    log(`refused ${refusal.code} ${refusal.message}`)
    // Never an HTTP 401 at the upgrade: the client would see only a lost connection and try for ever (RTN14a).
    transport.end(new Frame({ action: Action.ERROR, error: refusal.toWire() }))
    return
  }
  connection.use(transport)
  log(`connected ${connection.id} ${connection.clientId ?? 'anonymous'} ${transport.format}`)
  transport.send(connectedFrame(connection, error))
  const stopWatching = watchExpiry(connection, transport)
  const report = (error: unknown): void => {
    log(describeFailure(`connection ${connection.id}`, error))
    transport.cut()
  }
  socket.on(
    'message',
    guarded(report, (data: RawData) => {
      if (transport.reads) receive(connection, transport, asBuffer(data))
    }),
  )
  // Each is answered, by a pong that a client need not read either.
  socket.on(
    'ping',
    guarded(report, () => void transport.reads),
  )
  socket.on(
    'close',
    guarded(report, () => {
      stopWatching()
      if (connection.transport !== transport) return
      log(`disconnected ${connection.id}`)
      connection.dropped(transport)
      if (broker.connections.get(connection.id) === connection) broker.connections.startExpiry(connection)
    }),
  )
}

function connect({ broker, query, identity }: Admission): { connection: Connection; error?: AblyError } {
  if (!('principal' in identity)) throw identity
  const { principal, clientId } = identity
  const settings = settingsOf(broker, query)
  const presented = query.get('resume') ?? query.get('recover')
  const previous = presented === null ? undefined : broker.connections.byKey(presented)
  if (previous !== undefined && !previous.expired && previous.clientId === clientId) {
    broker.connections.stopExpiry(previous)
    Object.assign(previous, { principal, settings, continuityLost: false })
    return { connection: previous }
  }
  if (previous !== undefined) broker.connections.remove(previous)
  const connection = new Connection(broker, principal, clientId, settings)
  broker.connections.add(connection)
  if (presented === null) return { connection }
  connection.continuityLost = previous?.expired ?? false
  return { connection, error: resumeFailure(presented) }
}

function settingsOf(broker: Broker, query: URLSearchParams): ConnectionSettings {
  const { appendRollupWindow, presenceLeaveDelay } = broker.options
  return {
    echo: query.get('echo') !== 'false',
    appendRollupWindow: Math.min(milliseconds(query.get('appendRollupWindow'), appendRollupWindow), 500),
    presenceLeaveDelay: milliseconds(query.get('remainPresentFor'), presenceLeaveDelay),
  }
}

function milliseconds(text: string | null, fallback: number): number {
  const value = Number(text)
  return text === null || text === '' || !(value >= 0) ? fallback : value
}

function asBuffer(data: RawData): Buffer {
  if (Buffer.isBuffer(data)) return data
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data)
}
