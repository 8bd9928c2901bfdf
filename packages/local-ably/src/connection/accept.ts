import type { RawData, WebSocket } from 'ws'
import { authenticateQuery } from '../auth/authenticate.ts'
import { resolveClientId } from '../auth/principal.ts'
import type { Broker } from '../broker.ts'
import { toAblyError, type AblyError } from '../protocol/ably-error.ts'
import { Action } from '../protocol/actions.ts'
import { Frame } from '../protocol/frame.ts'
import { connectedFrame } from './connected-frame.ts'
import { Connection, type ConnectionSettings } from './connection.ts'
import { resumeFailure } from './connections.ts'
import { receive } from './receive.ts'
import { watchExpiry } from './token-expiry.ts'
import { Transport } from './transport.ts'

/** Answers a WebSocket with CONNECTED on a new or resumed connection, or with ERROR. */
export function accept(broker: Broker, socket: WebSocket, query: URLSearchParams): void {
  const transport = new Transport(socket, query.get('format') === 'msgpack' ? 'msgpack' : 'json', {
    clock: broker.options.clock,
    every: broker.options.maxIdleInterval,
    asFrames: query.get('heartbeats') === 'true',
  })
  socket.on('error', () => transport.cut())
  let connection: Connection
  let error: AblyError | undefined
  try {
    ;({ connection, error } = connect(broker, query))
  } catch (failure) {
    // Never an HTTP 401 at the upgrade: the client would see only a lost connection and try for ever (RTN14a).
    transport.end(new Frame({ action: Action.ERROR, error: toAblyError(failure).toWire() }))
    return
  }
  connection.use(transport)
  transport.send(connectedFrame(connection, error))
  const stopWatching = watchExpiry(connection, transport)
  socket.on('message', (data: RawData) => receive(connection, transport, asBuffer(data)))
  socket.on('close', () => {
    stopWatching()
    if (connection.transport !== transport) return
    connection.dropped(transport)
    if (broker.connections.get(connection.id) === connection) broker.connections.startExpiry(connection)
  })
}

/** Whether a fault keeps this client out. */
export function refuses(broker: Broker, query: URLSearchParams): boolean {
  const { refusals } = broker.faults
  if (refusals.idle) return false
  const presented = query.get('resume') ?? query.get('recover')
  const returning = presented === null ? undefined : broker.connections.byKey(presented)
  return refusals.refuses(clientIdIn(broker, query) ?? returning?.clientId, returning)
}

function clientIdIn(broker: Broker, query: URLSearchParams): string | undefined {
  try {
    const principal = authenticateQuery(query, broker.keys, broker.options.clock.now())
    return resolveClientId(principal, query.get('clientId') ?? undefined)
  } catch {
    // Bad credentials are answered with their own error, when the client is let in to be told.
    return undefined
  }
}

function connect(broker: Broker, query: URLSearchParams): { connection: Connection; error?: AblyError } {
  const principal = authenticateQuery(query, broker.keys, broker.options.clock.now())
  const clientId = resolveClientId(principal, query.get('clientId') ?? undefined)
  const settings = settingsOf(broker, query)
  const presented = query.get('resume') ?? query.get('recover')
  const previous = presented === null ? undefined : broker.connections.byKey(presented)
  if (previous !== undefined && !previous.expired && previous.clientId === clientId) {
    broker.connections.stopExpiry(previous)
    Object.assign(previous, { principal, settings, continuityLost: false })
    return { connection: previous }
  }
  const connection = new Connection(broker, principal, clientId, settings)
  broker.connections.add(connection)
  if (presented === null) return { connection }
  if (previous !== undefined) {
    connection.continuityLost = previous.expired
    broker.connections.remove(previous)
  }
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
