import type { Conversation, ConversationEvent, Log } from '@streamfold/core'
import type { Codec } from '@streamfold/core/codec'
import type { ConversationTransport } from '@streamfold/core/transport'
import type { Clock } from '../clock.ts'
import { systemClock } from '../clock.ts'
import { createLogTransport } from './log-transport.ts'

export interface PlayLogOptions {
  /**
   * How fast the log is played: 1 is the speed at which it was recorded, 10 is ten times as fast, Infinity delivers all at once. Default 1.
   * Events without a recorded time follow the one before them without a pause.
   */
  readonly speed?: number
  /** Where pauses come from. Default: the system's clock. */
  readonly clock?: Clock
}

/** A log that plays like a channel, and the options with which a conversation has to be opened on it. */
export interface PlayedLog {
  readonly transport: ConversationTransport
  readonly options: {
    /** Reads what the transport delivers: events that were parsed when they were recorded. */
    readonly codec: Codec
    /** The conversation as it was before the first recorded event. */
    readonly initial: Conversation
    /** The agents are those of the recording. */
    readonly agent: (clientId: string | undefined) => boolean
  }
}

/**
 * Plays a recorded log as a transport, for demos, stories and bug reports that need no server. It begins to play when the conversation attaches,
 * pauses when it detaches, and cannot be published to.
 *
 * @throws TypeError when `speed` is not a number above 0
 */
export function playLog(log: Log, { speed = 1, clock = systemClock }: PlayLogOptions = {}): PlayedLog {
  if (!(speed > 0)) throw new TypeError(`unable to play the log; speed is ${String(speed)}: give a number above 0, or Infinity`)
  const agents = agentsOf(log)
  return {
    transport: createLogTransport(log, speed, clock),
    options: { codec: recorded, initial: log.start, agent: (clientId) => clientId !== undefined && agents.has(clientId) },
  }
}

/** The transport delivers events, not messages: they are as they were parsed. */
const recorded: Codec = {
  parse: (raw) => raw['event'] as ReturnType<Codec['parse']>, // Only the transport makes them.
}

function agentsOf({ events }: Log): ReadonlySet<string> {
  const authors = events.flatMap((event: ConversationEvent) =>
    event.type === 'presence'
      ? event.agents
      : 'role' in event && event.role === 'assistant' && event.clientId !== undefined
        ? [event.clientId]
        : [],
  )
  return new Set(authors)
}
