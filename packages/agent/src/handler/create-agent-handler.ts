import type { AgentConnection, AgentService } from '@streamfold/core/transport'
import { systemClock } from '../clock.ts'
import { callable, checkKinds, having, list, record } from '../publish/options/check-kinds.ts'
import { checkNumber } from '../publish/options/check-number.ts'
import { reporter } from '../publish/options/reporter.ts'
import type { AgentOptions } from '../serve/agent-options.ts'
import { checkAgentOptions } from '../serve/serve-agent.ts'
import type { Agents } from './agents/agents.ts'
import { createAgents } from './agents/agents.ts'
import { archiveRoute } from './routes/archive-route.ts'
import { conversationsRoute } from './routes/conversations-route.ts'
import type { Delivered } from './webhook/deliver.ts'
import { deliver } from './webhook/deliver.ts'
import { deliveredMessages } from './webhook/delivered-messages.ts'
import type { HandlerContext, RequestHandler } from './request-handler.ts'
import { createRequestHandler } from './request-handler.ts'
import type { WebhookCheck } from './webhook/signed-by.ts'
import { tokenRoute } from './routes/token-route.ts'
import { triggerRoute } from './routes/trigger-route.ts'
import { webhookRoute } from './routes/webhook-route.ts'
import type { User } from './user.ts'
import type { WorkLimits, WorkState } from './agents/work-queue.ts'
import type { WaitingRecord, WorkJournal } from './agents/work-record.ts'

export interface AgentHandlerOptions extends Omit<AgentOptions, 'channel'> {
  /** Opens channels and signs tokens: `ablyService({ key })` of `@streamfold/ably/agent`. */
  readonly service: AgentService
  /**
   * The user who sends a request, by the product's own session, cookie or header; undefined where there is none, and the request is refused with 401. It is
   * given the request unread, and may throw an `HttpError`. The user's own fields, such as a client id in the body, prove nothing.
   */
  readonly authorize: (request: Request) => User | undefined | PromiseLike<User | undefined>
  /** The path below which the handler is mounted. Default `/api`. */
  readonly path?: string
  /** Origins of other sites whose pages may call the handler, with the user's cookies. Default: only pages of its own origin may. */
  readonly origins?: readonly string[]
  /** Names under which the handler is called, besides `localhost` and addresses; requests to others are refused. Default: any. */
  readonly hosts?: readonly string[]
  /** Milliseconds that `GET /archive` and `GET /conversations` wait for the archive, before they are answered with 503. Default 10 000. */
  readonly archiveLimit?: number
  /** Milliseconds that a token is valid; the page's client asks for the next one by itself. Default 600 000. */
  readonly tokenTtl?: number
  /** Prompts that are answered at once; others wait for their turn. Default: 100, and 20 of one user. */
  readonly work?: WorkLimits
  /** Milliseconds without work or a request after which the agent leaves a channel. Default 300 000. */
  readonly idleAfter?: number
  /**
   * Whether a webhook is from Ably: `signedBy(key)` for batched requests, or a function of the request, which may compare a secret header that the rule adds. With it
   * `POST /webhook` takes what integration rules post, and pages need no `notifyAgent`. Default: there is no such path.
   */
  readonly webhook?: WebhookCheck
  /** Keeps what is worked on, so that `recover` of the next process finds what a crash has left open. Default: none. */
  readonly journal?: WorkJournal
  /** Keeps which responses wait for people, so that `recover` of the next process lets them go on. Default: none. */
  readonly waiting?: WaitingRecord
}

/** In milliseconds: of older responses that were left open no reader waits for the end. */
const RECENT = 3_600_000

export interface HandlerRecoverOptions {
  /**
   * Milliseconds after which it looks again, as 15 000: at the work of processes that have missed two of these looks, because each look also says in the records that its process lives.
   * Each is a few statements to the records, whatever the number of conversations. The same in all processes that share records. Default: it looks once.
   */
  readonly every?: number
}

/** Answers the requests of pages. One for each process; it needs no `this`. */
export interface AgentHandler extends RequestHandler {
  /** How much work runs and how much waits, of requests without `waitUntil`. */
  work(): WorkState
  /**
   * Answers the prompts in what an integration rule of Ably has put into a queue, read as JSON. Acknowledge the delivery unless it must come `again`; one that comes
   * twice is answered once. Rejects with a TypeError what has no messages.
   */
  deliver(payload: unknown): Promise<Delivered>
  /**
   * Closes or continues what a crash has left open on the channels of `journal` and `waiting`, and updates the archive. For the start of a process. With `every` it looks again
   * until the handler is closed, so that a process takes over from another one that was killed. Resolves when it has looked once; never rejects.
   *
   * @throws RangeError, TypeError when `every` is not what it may be
   */
  recover(options?: HandlerRecoverOptions): Promise<void>
  /**
   * Closes or continues what is open by now on these channels and has been silent for `staleAfter`, and what people have decided. It has a connection of its own, which is closed when it
   * resolves. For a function that a platform calls every few minutes, where no process lives. Never rejects.
   *
   * @param channelNames Default: those on which the archive has a message of the last hour
   */
  recoverNow(channelNames?: readonly string[]): Promise<void>
  /**
   * Takes no more prompts, ends the responses under way as failed, and closes the connection.
   *
   * @param grace milliseconds that they are given to end by themselves. Default none
   */
  close(grace?: number): Promise<void>
}

/**
 * Serves an agent over HTTP, by the web's own `Request` and `Response`: `POST /responses` answers a prompt (`notifyAgent`), `/ably-token` gives a user a
 * token for one conversation, `GET /archive` what a page starts with, `GET /conversations` a page of the user's list, and `POST /webhook` takes what Ably's
 * integrations post. Every other path is 404.
 *
 * Requests share one connection, and the agent of a channel, for as long as the process lives. A request that is given `waitUntil`, as on platforms that
 * stop a process between requests, has a connection of its own, which is closed when its work has ended; `waitUntil` is given a promise of that.
 *
 * @throws RangeError, TypeError when an option is not what it may be
 */
export function createAgentHandler(options: AgentHandlerOptions): AgentHandler {
  const { service, authorize, path = '/api', origins = [], hosts, tokenTtl, archiveLimit, webhook, ...agentOptions } = options
  checkKinds(options, {
    service: having('connect', 'sign'),
    authorize: callable,
    respond: callable,
    webhook: callable,
    // A string has parts, and `includes` finds them.
    origins: list,
    hosts: list,
    work: record,
    journal: having('begin', 'end', 'left', 'forget'),
    waiting: having('add', 'remove', 'all'),
  })
  checkAgentOptions(agentOptions)
  checkNumber('idleAfter', options.idleAfter, 300_000, { from: 1, below: 2 ** 31 })
  for (const name of ['most', 'each', 'waiting', 'waitingEach'] as const)
    checkNumber(`work.${name}`, options.work?.[name], 1, { from: name === 'most' || name === 'each' ? 1 : 0 })
  const ttl = checkNumber('tokenTtl', tokenTtl, 600_000, { from: 1 })
  const waits = checkNumber('archiveLimit', archiveLimit, 10_000, { from: 1, below: 2 ** 31 })
  const report = reporter(options.onError)
  const clock = options.clock ?? systemClock
  let shared: Working | undefined

  /** Agents with a connection that is made when the first channel is opened. */
  function begin(): Working {
    let connection: AgentConnection | undefined
    const connect = (): AgentConnection => (connection ??= service.connect())
    const agents = createAgents({ ...agentOptions, onError: report, open: (name) => connect().open(name) })
    return {
      agents,
      reachable: () => connection?.reachable === true,
      close: () => connection?.close() ?? Promise.resolve(),
    }
  }

  const own = (): Working => (shared ??= begin())

  async function end({ agents, close }: Working): Promise<void> {
    await agents.finish()
    await close()
  }

  const handle = createRequestHandler({
    routes: [
      triggerRoute(),
      tokenRoute(service, ttl),
      archiveRoute(waits),
      conversationsRoute(options.archive?.conversations, waits),
      ...(webhook ? [webhookRoute(webhook)] : []),
    ],
    path,
    authorize,
    origins,
    hosts,
    clock,
    report,
    async work(context, respond) {
      if (!context.waitUntil) return respond(own())
      const working = begin()
      try {
        return await respond(working)
      } finally {
        context.waitUntil(end(working).catch(report))
      }
    },
  })
  return Object.assign((request: Request, context?: HandlerContext) => handle(request, context), {
    work: () => own().agents.work,
    async deliver(payload: unknown) {
      const messages = deliveredMessages(payload)
      const todo = 'give the payload of a rule with enveloped messages, read as JSON'
      if (!messages) throw new TypeError(`unable to take the delivery; it has no messages: ${todo}`)
      const { agents, reachable } = own()
      return deliver(messages, { agents, reachable, clock })
    },
    recover(given: HandlerRecoverOptions = {}) {
      if (given.every !== undefined) checkNumber('every', given.every, 1, { from: 1, below: 2 ** 31 })
      return own().agents.recover(given.every).catch(report)
    },
    async recoverNow(channelNames?: readonly string[]) {
      const working = begin()
      try {
        const names = channelNames ?? (await options.archive?.channels?.(clock.now() - RECENT)) ?? []
        await working.agents.recoverNow(names)
      } catch (error) {
        report(error)
      }
      await end(working).catch(report)
    },
    async close(grace?: number) {
      const { agents, close } = own()
      await agents.close(grace)
      await close()
    },
  })
}

interface Working {
  readonly agents: Agents
  readonly reachable: () => boolean
  close(): Promise<void>
}
