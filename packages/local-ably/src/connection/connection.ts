import type { Principal } from '../auth/principal.ts'
import type { AppendWindow } from '../channel/publish/append-rollup.ts'
import type { Attachment } from '../channel/attach/attachment.ts'
import type { ChannelClient } from '../channel/channel-client.ts'
import { removeAttachment } from '../channel/attach/detach.ts'
import { leaveAll } from '../channel/presence/presence.ts'
import { DelayedFrames } from '../faults/delayed-frames.ts'
import { RateWindow } from '../limits/rate-window.ts'
import type { AblyError } from '../protocol/ably-error.ts'
import { Action } from '../protocol/actions.ts'
import { Frame } from '../protocol/frame.ts'
import { randomId } from '../shared/random-id.ts'
import { AckQueue } from './ack-queue.ts'
import type { ConnectionHost } from './connection-host.ts'
import { FoldedAppends } from './folded-appends.ts'
import type { Transport } from './transport.ts'

export interface ConnectionSettings {
  readonly echo: boolean
  readonly appendRollupWindow: number
  readonly presenceLeaveDelay: number
}

/** Limits the keys of a client that renews its token for days. */
const MAX_KEYS = 50

/** A connection, which outlives the sockets that it is resumed over (P73). */
export class Connection implements ChannelClient {
  readonly id = randomId()
  readonly host: ConnectionHost
  readonly attachments = new Map<string, Attachment>()
  readonly acks: AckQueue
  readonly appendWindows = new Map<string, AppendWindow>()
  readonly folded = new FoldedAppends()
  readonly rate = new RateWindow()
  readonly #keys = new Set<string>()
  readonly #delayed = new DelayedFrames(
    (frame) => this.#transport?.send(frame),
    (frame) => frame.encoded(this.#transport?.format ?? 'json').byteLength,
  )
  principal: Principal
  clientId: string | undefined
  settings: ConnectionSettings
  /** Set when this connection replaces one whose continuity was lost: its attaches do not resume. */
  continuityLost = false
  /** Set by a fault: the next resume is refused. */
  expired = false
  #transport: Transport | undefined
  #cancelLeave: () => void = () => {}

  constructor(host: ConnectionHost, principal: Principal, clientId: string | undefined, settings: ConnectionSettings) {
    this.host = host
    this.principal = principal
    this.clientId = clientId
    this.settings = settings
    this.acks = new AckQueue(
      (frame) => this.send(frame),
      (channel) => host.faults.losesAck(this, channel),
    )
  }

  get echo(): boolean {
    return this.settings.echo
  }

  get transport(): Transport | undefined {
    return this.#transport
  }

  /** A new key (P73). Earlier ones stay valid, since the client may not have received the latest. */
  issueKey(): string {
    const key = `${this.id}!${randomId(12)}`
    this.#keys.add(key)
    for (const oldest of this.#keys) {
      if (this.#keys.size <= MAX_KEYS) break
      this.#keys.delete(oldest)
    }
    return key
  }

  hasKey(key: string): boolean {
    return this.#keys.has(key)
  }

  use(transport: Transport): void {
    this.#cancelLeave()
    const previous = this.#transport
    this.#transport = transport
    this.acks.reconnected()
    if (previous !== undefined) {
      this.#release()
      previous.end(new Frame({ action: Action.DISCONNECTED }))
    }
  }

  send(frame: Frame): void {
    const { faults } = this.host
    if (faults.idle && this.#delayed.empty) {
      this.#transport?.send(frame)
      return
    }
    const copies = faults.copies(this, frame)
    const delay = faults.delay(this, frame)
    for (let copy = 0; copy < copies; copy++) this.#delayed.send(frame, delay, this.host.options.clock)
    // As a client that does not read: it comes back and resumes.
    if (this.#delayed.held > this.host.options.maxUnreadBytes) this.#transport?.cut()
  }

  /** Ends the connection permanently: the client fails, or renews its token if the error is about the token (P74). */
  fail(error: AblyError): void {
    const transport = this.#transport
    this.acks.flush()
    transport?.end(new Frame({ action: Action.ERROR, error: error.toWire() }))
    // A token error is not the end of the connection: it is resumed with the next token (P74, RTN15h).
    if (error.code >= 40140 && error.code < 40150) return
    this.host.connections.remove(this)
  }

  /** Publishes pending appends and acknowledges stored frames. */
  settle(): Promise<void> {
    for (const window of this.appendWindows.values()) window.close()
    return new Promise((resolve) => {
      this.host.store.committed(() => {
        this.acks.flush()
        resolve()
      })
    })
  }

  /** The socket has closed; the connection can be resumed (P73). */
  dropped(transport: Transport): void {
    if (this.#transport !== transport) return
    this.#transport = undefined
    this.#release()
    this.#cancelLeave = this.host.options.clock.after(this.settings.presenceLeaveDelay, () => this.leavePresence())
  }

  /** The client closed, or the time to resume is over. */
  close(): void {
    this.#cancelLeave()
    this.#release()
    this.leavePresence()
  }

  leavePresence(): void {
    for (const channel of this.host.channels()) leaveAll(channel, this.id)
  }

  /** Publishes every pending append of this connection. */
  flushAppends(): void {
    for (const window of this.appendWindows.values()) window.flush()
  }

  #release(): void {
    for (const window of this.appendWindows.values()) window.close()
    for (const name of this.attachments.keys()) removeAttachment(this, name)
    this.#delayed.clear()
  }
}
