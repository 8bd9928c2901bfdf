import type { Duplex } from 'node:stream'
import type { RawData, WebSocket } from 'ws'
import { authenticateSocket } from '../auth/authenticate.ts'
import { credentialsInQuery, type Credentials } from '../auth/credentials.ts'
import { resolveClientId, type Principal } from '../auth/principal.ts'
import { toAblyError, type AblyError } from '../protocol/ably-error.ts'
import { Action } from '../protocol/actions.ts'
import { Frame } from '../protocol/frame.ts'
import { describeFailure, guarded } from '../shared/guarded.ts'
import { connectedFrame } from './connected-frame.ts'
import type { ConnectionHost } from './connection-host.ts'
import { Connection, type ConnectionSettings } from './connection.ts'
import { resumeFailure, type Connections } from './connections.ts'
import { receive } from './receive.ts'
import { watchExpiry } from './token-expiry.ts'
import { Transport } from './transport.ts'

/** An application with all its connections. */
interface Application extends ConnectionHost {
  readonly connections: Connections
}

/** Finds the application that credentials claim. */
export interface Applications {
  of(credentials: Credentials | undefined): Application
}

/** A client's application and identity, known before its WebSocket opens. */
export interface Admission {
  readonly application: Application
  readonly query: URLSearchParams
  /** The client's identity, or the error that refuses it. */
  readonly identity: { readonly principal: Principal; readonly clientId: string | undefined } | AblyError
}

/** Authenticates a client before its WebSocket opens, so that no frame can arrive meanwhile. */
export async function admit(apps: Applications, query: URLSearchParams, decide: (admission: Admission) => void): Promise<void> {
  decide(await identify(apps, query))
}

async function identify(apps: Applications, query: URLSearchParams): Promise<Admission> {
  const credentials = credentialsInQuery(query)
  const application = apps.of(credentials)
  try {
    const principal = await authenticateSocket(application, credentials)
    const clientId = resolveClientId(principal, query.get('clientId') ?? undefined)
    return { application, query, identity: { principal, clientId } }
  } catch (error) {
    return { application, query, identity: toAblyError(error, 'authentication', application.options.log) }
  }
}

/** Whether a fault keeps this client out. */
export function refuses({ application, query, identity }: Admission): boolean {
  const { refusals } = application.faults
  if (refusals.idle) return false
  const presented = query.get('resume') ?? query.get('recover')
  const returning = presented === null ? undefined : application.connections.byKey(presented)
  const clientId = 'principal' in identity ? identity.clientId : undefined
  return refusals.refuses(clientId ?? returning?.clientId, returning)
}

/** Answers a WebSocket with CONNECTED on a new or resumed connection, or with ERROR. */
export function accept(admission: Admission, socket: WebSocket, stream: Duplex): void {
  const { application, query } = admission
  const { clock, maxIdleInterval, maxUnreadBytes, log } = application.options
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
    const refusal = toAblyError(failure, 'a connection', log)
    log(`refused ${refusal.code} ${refusal.message}`)
    // Never an HTTP 401 at the upgrade: the client would see only a lost connection and retry forever (P70, RTN14a).
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
      if (application.connections.get(connection.id) === connection) application.connections.startExpiry(connection)
    }),
  )
}

function connect({ application, query, identity }: Admission): { connection: Connection; error?: AblyError } {
  if (!('principal' in identity)) throw identity
  const { principal, clientId } = identity
  const settings = settingsOf(application, query)
  const presented = query.get('resume') ?? query.get('recover')
  const previous = presented === null ? undefined : application.connections.byKey(presented)
  if (previous !== undefined && !previous.expired && previous.clientId === clientId) {
    application.connections.stopExpiry(previous)
    Object.assign(previous, { principal, settings, continuityLost: false })
    return { connection: previous }
  }
  if (previous !== undefined) application.connections.remove(previous)
  const connection = new Connection(application, principal, clientId, settings)
  application.connections.add(connection)
  if (presented === null) return { connection }
  connection.continuityLost = previous?.expired ?? false
  return { connection, error: resumeFailure(presented) }
}

function settingsOf(application: Application, query: URLSearchParams): ConnectionSettings {
  const { appendRollupWindow, presenceLeaveDelay } = application.options
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
