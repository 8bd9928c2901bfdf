import type { ConversationEvent, Headers } from '@streamfold/core'
import { normalise } from '@streamfold/core'
import { defineCodec, escapeBody } from '@streamfold/core/codec'
import * as fc from 'fast-check'
import type { Command, HostileHeaders, Reading, Write } from './command.ts'
import { AGENTS, commands, SERIAL, spoiltCommands, SUBSCRIBERS } from './command.ts'
import { bodyOf, frame, isFramed } from './framed.ts'
import type { Metadata, RawMessage, ServerModel } from './server-model.ts'
import { createServerModel } from './server-model.ts'
import { STRANGER } from './strangers.ts'
import type { PromptNames, Subscriber, SubscriberWire } from './subscriber.ts'
import { createSubscriber } from './subscriber.ts'

/** Commands in order; prints itself so that a failing session can be read and pasted. */
export interface Session {
  /** Read by a codec that has named groups; otherwise in our own format, to which their messages are responses. Default false. */
  readonly groups?: boolean
  /** Deliveries may be spoilt, and an empty append to each response, which gives its length, follows the commands. Default false. */
  readonly spoilt?: boolean
  readonly commands: readonly Command[]
}

export interface Run {
  readonly server: ServerModel
  readonly subscribers: readonly Subscriber[]
  /** How the subscribers read a message. */
  readonly wire: SubscriberWire
}

/** Plays a session against the delivery model. `eachStep` is called after every command. */
export function runSession(
  { groups = false, spoilt = false, commands }: Session,
  eachStep?: (run: Run, command: Command) => void,
): Run {
  const server = createServerModel()
  const wire = groups ? grouped : own
  const subscribers = Array.from({ length: SUBSCRIBERS }, (_, index) => createSubscriber(server, {}, wire, `user-${index}`))
  const run = { server, subscribers, wire }
  for (const command of commands) {
    if ('to' in command) happen(command, server, subscribers[command.to % SUBSCRIBERS]!)
    else write(command, server)
    eachStep?.(run, command)
  }
  if (spoilt) for (const serial of responsesOf(server)) server.append(serial, '', undefined, lengthAfter(server, serial, ''))
  return run
}

/** What an agent says of the data after an append (P104). */
function lengthAfter(server: ServerModel, serial: string, increment: string): Metadata {
  return { len: String((server.latest(serial)?.data ?? '').length + increment.length) }
}

const own: SubscriberWire = {
  read: (raw, source) => normalise(raw, { agent: AGENTS, ...(source && { source }) }),
}

/** A codec with named groups: the placement is in headers of its own. */
const groupCodec = defineCodec({
  decode: ({ name, data, extras }) => {
    const { headers } = extras as RawMessage['extras'] // As the server model writes them.
    const group = wordOf(headers['group'])
    return {
      ...(typeof name === 'string' && { name }),
      data,
      headers,
      ...(group !== undefined && {
        placement: {
          continues: wordOf(headers['continues']),
          group,
          mark: headers['mark'] === 'true',
          step: wordOf(headers['step']),
          attempt: wordOf(headers['attempt']),
        },
      }),
    }
  },
})

const grouped: SubscriberWire = {
  read: (raw, source) => normalise(raw, { agent: AGENTS, codec: groupCodec, ...(source && { source }) }),
}

function wordOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

/** Does to a subscriber what a command says. */
export function happen(command: Reading, server: ServerModel, subscriber: Subscriber): void {
  switch (command.do) {
    case 'ask': {
      const id = `asked-${command.id}`
      const known = server.serials.find((serial) => server.latest(serial)?.id === id)
      const files = command.files.map((name) => ({ url: `https://files.test/${name}`, mediaType: 'image/png', name }))
      const stored = known !== undefined && !command.forgotten ? known : undefined
      return subscriber.ask(id, command.text, files, stored, namesOf(command.names, server))
    }
    case 'acknowledge':
      return subscriber.acknowledge()
    case 'reject':
      return subscriber.reject()
    case 'unanswered': {
      const serial = pick(promptsOf(server), command.of)
      const event = { type: 'prompt-unanswered', serial: serial ?? '', error: command.error } satisfies ConversationEvent
      return subscriber.dispatch(event)
    }
    case 'attach':
      return subscriber.attach(command.rewind)
    case 'deliver':
      return subscriber.deliver(command.count, command.style)
    case 'drop':
      return subscriber.drop()
    case 'resume':
      return subscriber.resume(command.overlap, command.style)
    case 'lose':
      return subscriber.lose({ type: 'channel', state: command.state, error: 'lost' })
    case 'unopen':
      return subscriber.lose({ type: 'channel', state: 'failed', error: 'no channel', unopened: true })
    case 'disconnect': {
      const { state, refused, retryIn } = command
      const error = refused ? { error: 'not let in', refused } : {}
      return subscriber.disconnect({ type: 'connection', state, ...error, ...(retryIn !== undefined && { retryIn }) })
    }
    case 'presence':
      return subscriber.dispatch({ type: 'presence', agents: command.agents })
    case 'read':
      return subscriber.read()
    case 'peek':
      return subscriber.peek()
    case 'older':
      return subscriber.older()
    case 'answer':
      return subscriber.answer()
    case 'fail':
      return subscriber.fail()
    case 'tick':
      return subscriber.tick(command.milliseconds, command.awoke)
    default:
      command satisfies never
  }
}

function namesOf(names: Extract<Reading, { do: 'ask' }>['names'], server: ServerModel): PromptNames {
  const serials = Object.entries(names).map(([name, of]) => [name, pick(server.serials, of)] as const)
  return Object.fromEntries(serials.filter(([, serial]) => serial !== undefined))
}

function write(command: Write, server: ServerModel): void {
  switch (command.do) {
    case 'create': {
      const headers: Headers = command.plain ? {} : { role: 'assistant', status: 'streaming' }
      server.create(command.text, headers, { clientId: agent(command.by) })
      return
    }
    case 'reply':
    case 'withdraw':
    case 'restore':
      return concern(command, server)
    case 'continue': {
      const before = server.latest(pick(responsesOf(server), command.of) ?? '')
      if (!before) return
      const headers = { ...headersOf(before, 'streaming'), continues: before.serial }
      server.create(isFramed(headers) ? frame({ type: 'more' }, command.text) : command.text, headers, {
        clientId: agent(command.by),
      })
      return
    }
    case 'frame':
      return writeFrame(command, server)
    case 'part':
      return writePart(command, server)
    case 'cancel': {
      const target = pick(server.serials, command.of)
      if (target !== undefined) server.create('', { target }, { name: 'cancel', clientId: 'user-0' })
      return
    }
    case 'intrude': {
      const headers = forged(command.headers, pick(server.serials, command.of))
      server.create(command.text, headers, { name: command.name, clientId: STRANGER })
      return
    }
    case 'forge': {
      const serial = pick(by(server, STRANGER), command.of)
      if (serial === undefined) return
      if (command.how === 'delete') return server.delete(serial)
      // A version that cannot be read, as a user's mark, leaves what was shown, and history does not have that: only of new messages.
      const { mark: _, ...headers } = command.headers
      return server[command.how](serial, command.text, forged(headers, serial))
    }
    default: {
      const serial = pick(responsesOf(server), command.of)
      if (serial !== undefined) mutate(command, serial, server)
    }
  }
}

function concern(command: Extract<Write, { do: 'reply' | 'withdraw' | 'restore' }>, server: ServerModel): void {
  const prompt = pick(promptsOf(server), command.of)
  if (prompt === undefined) return
  if (command.do !== 'reply') return command.do === 'withdraw' ? server.delete(prompt) : server.update(prompt, 'restored')
  const headers = { role: 'assistant', status: 'streaming', 'reply-to': prompt }
  const id = command.id === undefined ? {} : { id: `asked-${command.id}` }
  server.create(command.text, headers, { ...id, clientId: agent(command.by) })
}

function writePart({ group, by, text, step, attempt, mark }: Extract<Write, { do: 'part' }>, server: ServerModel): void {
  const name = `g${group}`
  const others = responsesOf(server).filter((serial) => server.latest(serial)?.extras.headers['group'] === name)
  // All records of a group answer the same prompt.
  const prompt = others.length > 0 ? server.latest(others[0]!)?.extras.headers['reply-to'] : pick(promptsOf(server), group)
  const headers: Headers = {
    role: 'assistant',
    status: 'streaming',
    ...(prompt !== undefined && { 'reply-to': prompt }),
    group: name,
    mark: String(mark),
    ...(step !== undefined && { step, attempt }),
  }
  server.create(mark ? '' : text, headers, { clientId: agent(by) })
}

/** Only the last message of a response gets frames, and none of a named group: its format has messages in their place. */
function writeFrame({ of, head, text }: Extract<Write, { do: 'frame' }>, server: ServerModel): void {
  const serial = pick(responsesOf(server), of)
  const before = serial === undefined ? undefined : server.latest(serial)
  if (!before || before.extras.headers['group'] !== undefined) return
  if (server.serials.some((other) => server.latest(other)?.extras.headers['continues'] === before.serial)) return
  const headers = { ...headersOf(before, 'streaming'), format: 'parts/1' }
  const data = frame(head, text)
  if (isFramed(before.extras.headers))
    return server.append(before.serial, data, headers, lengthAfter(server, before.serial, data))
  // The text so far becomes a body: its RS had no meaning.
  const all = escapeBody(before.data ?? '') + data
  server.update(before.serial, all, headers, { len: String(all.length) })
}

type Mutation = Extract<Write, { do: 'append' | 'update' | 'delete' | 'finish' }>

function mutate(command: Mutation, serial: string, server: ServerModel): void {
  const before = server.latest(serial)!
  const { headers } = before.extras
  // A mark has no text.
  const more = headers['mark'] === 'true' ? '' : bodyOf('text' in command ? command.text : '.', headers)
  switch (command.do) {
    case 'append':
      return server.append(
        serial,
        more,
        command.bare ? undefined : headersOf(before, 'streaming'),
        lengthAfter(server, serial, more),
      )
    case 'update':
      return server.update(serial, more, headersOf(before, 'streaming'), { len: String(more.length) })
    case 'delete':
      return server.delete(serial)
    case 'finish': {
      const len = lengthAfter(server, serial, more)
      if (command.done) return server.append(serial, more, undefined, { phase: 'done', ...len })
      const { status, finish } = command
      const why = { ...(status === 'failed' && { error: 'why' }), ...(finish !== undefined && { finish }) }
      return server.append(serial, more, { ...headersOf(before, status), ...why }, len)
    }
    default:
      command satisfies never
  }
}

/** The complete headers of an agent's next version: it gives all of them every time. */
function headersOf({ extras }: RawMessage, status: string): Headers {
  const kept = ['reply-to', 'continues', 'format', 'group', 'mark', 'step', 'attempt'].filter(
    (name) => extras.headers[name] !== undefined,
  )
  return { role: 'assistant', status, ...Object.fromEntries(kept.map((name) => [name, extras.headers[name]!])) }
}

function forged(headers: HostileHeaders, serial: string | undefined): Headers {
  const all = Object.entries(headers).map(([name, value]) => [name, value === SERIAL ? (serial ?? SERIAL) : value])
  return Object.fromEntries(all) as Headers // Not all are strings: that is what makes them hostile.
}

const agent = (index: number): string => AGENTS[index % AGENTS.length]!
const pick = (serials: readonly string[], index: number): string | undefined => serials[index % Math.max(1, serials.length)]
const by = (server: ServerModel, ...authors: readonly string[]) =>
  server.serials.filter((serial) => authors.includes(server.latest(serial)!.clientId))
const responsesOf = (server: ServerModel) => by(server, ...AGENTS)
const promptsOf = (server: ServerModel) =>
  server.serials.filter((serial) => {
    const { name, clientId } = server.latest(serial)!
    return name === 'prompt' && clientId !== STRANGER
  })

/** Sessions of everything the platform, agents, users and strangers may do, in any order. */
export function sessions({
  maxLength = 64,
  spoilt = false,
}: { maxLength?: number; spoilt?: boolean } = {}): fc.Arbitrary<Session> {
  const spoiltIn = fc.constantFrom('lose', 'double').chain((spoil) => fc.array(spoiltCommands(spoil), { maxLength, size: 'max' }))
  const rest = spoilt ? spoiltIn : fc.array(commands, { maxLength, size: 'max' })
  return fc.tuple(fc.boolean(), fc.constantFrom(...starts), rest).map(([groups, start, rest]) => {
    const commands = [...start, ...rest]
    const print = () => [groups ? ' (named groups)' : '', ...commands.map((each) => `  ${JSON.stringify(each)}`)].join('\n')
    return { groups, spoilt, commands, [fc.toStringMethod]: print }
  })
}

const attached: readonly Command[] = [
  { do: 'attach', to: 0, rewind: 0 },
  { do: 'read', to: 0 },
  { do: 'answer', to: 0 },
]
const began: Command = { do: 'create', by: 0, text: 'a', plain: false }
const asked: Command = { do: 'ask', to: 0, id: 0, text: 'why', forgotten: false, files: [], names: {} }
const part = { do: 'part', group: 0, by: 0, text: 'b', step: undefined, attempt: '1', mark: false } as const
const delivered: Command = { do: 'deliver', to: 0, count: 4, style: {} }

/** Where a session begins. Many faults show only in a reader that has attached and read all there was, or in what takes long to come about. */
const starts: readonly (readonly Command[])[] = [
  [],
  [...attached, began],
  // A response in three messages.
  [...attached, began, { do: 'continue', of: 0, by: 0, text: 'b' }, { do: 'continue', of: 1, by: 0, text: 'c' }, delivered],
  // A group with a step that is tried again, and a mark.
  [
    ...attached,
    asked,
    part,
    { ...part, step: 'a' },
    { ...part, step: 'a', attempt: '2' },
    { ...part, mark: true },
    delivered,
    delivered,
  ],
  // More history than fits on a page.
  [...Array.from({ length: 6 }, () => began), ...attached, began],
]
