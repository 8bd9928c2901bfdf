import * as fc from 'fast-check'
import type { DeliveryStyle } from './attachment.ts'
import type { ServerModel } from './server-model.ts'
import { createServerModel } from './server-model.ts'
import type { Subscriber } from './subscriber.ts'
import { createSubscriber } from './subscriber.ts'

/** One thing that happens in a session. `of` names a message, `to` a subscriber, both by index modulo how many there are. */
export type Command =
  | { readonly do: 'create'; readonly text: string; readonly plain: boolean }
  /** The user of a subscriber asks, under an id that others may use too; the service knows a repeated id again, or has forgotten it. */
  | { readonly do: 'ask'; readonly to: number; readonly id: number; readonly text: string; readonly forgotten: boolean }
  /** The oldest publish of a subscriber is acknowledged. */
  | { readonly do: 'acknowledge'; readonly to: number }
  /** An agent answers a prompt, also under the id of one. `of` counts prompts. */
  | { readonly do: 'reply'; readonly of: number; readonly text: string; readonly id: number | undefined }
  /** A prompt is deleted, or put back. `of` counts prompts. */
  | { readonly do: 'withdraw' | 'restore'; readonly of: number }
  | { readonly do: 'append'; readonly of: number; readonly text: string; readonly bare: boolean }
  | { readonly do: 'update'; readonly of: number; readonly text: string }
  | { readonly do: 'delete'; readonly of: number }
  | { readonly do: 'finish'; readonly of: number; readonly status: 'complete' | 'cancelled' | 'failed' }
  | { readonly do: 'attach'; readonly to: number; readonly rewind: number }
  | { readonly do: 'deliver'; readonly to: number; readonly count: number; readonly style: DeliveryStyle }
  | { readonly do: 'drop'; readonly to: number }
  | { readonly do: 'resume'; readonly to: number; readonly overlap: number; readonly style: DeliveryStyle }
  | { readonly do: 'read'; readonly to: number }
  | { readonly do: 'peek'; readonly to: number }
  | { readonly do: 'answer'; readonly to: number }
  | { readonly do: 'tick'; readonly to: number; readonly milliseconds: number }

/** Commands in order; prints itself so that a failing session can be read and pasted. */
export interface Session {
  readonly commands: readonly Command[]
}

export interface Run {
  readonly server: ServerModel
  readonly subscribers: readonly Subscriber[]
}

const SUBSCRIBERS = 2

/** Plays a session against the delivery model. `eachStep` is called after every command. */
export function runSession({ commands }: Session, eachStep?: (run: Run, command: Command) => void): Run {
  const server = createServerModel()
  const subscribers = Array.from({ length: SUBSCRIBERS }, (_, index) => createSubscriber(server, {}, undefined, `user-${index}`))
  const run = { server, subscribers }
  for (const command of commands) {
    perform(command, run)
    eachStep?.(run, command)
  }
  return run
}

function perform(command: Command, { server, subscribers }: Run): void {
  const serial = 'of' in command ? server.serials[command.of % Math.max(1, server.serials.length)] : undefined
  const subscriber = subscribers['to' in command ? command.to % SUBSCRIBERS : 0]!
  switch (command.do) {
    case 'create':
      server.create(command.text, command.plain ? {} : { role: 'assistant', status: 'streaming' })
      return
    case 'ask':
      return ask(command, server, subscriber)
    case 'acknowledge':
      return subscriber.acknowledge()
    case 'reply':
    case 'withdraw':
    case 'restore':
      return concern(command, server)
    case 'attach':
      return subscriber.attach(command.rewind)
    case 'deliver':
      return subscriber.deliver(command.count, command.style)
    case 'drop':
      return subscriber.drop()
    case 'resume':
      return subscriber.resume(command.overlap, command.style)
    case 'read':
      return subscriber.read()
    case 'peek':
      return subscriber.peek()
    case 'answer':
      return subscriber.answer()
    case 'tick':
      return subscriber.tick(command.milliseconds)
    default:
      if (serial !== undefined) mutate(command, serial, server)
  }
}

function ask(command: Extract<Command, { do: 'ask' }>, server: ServerModel, subscriber: Subscriber): void {
  const id = `asked-${command.id}`
  const known = server.serials.find((serial) => server.latest(serial)?.id === id)
  subscriber.ask(id, command.text, known !== undefined && !command.forgotten ? known : undefined)
}

function concern(command: Extract<Command, { do: 'reply' | 'withdraw' | 'restore' }>, server: ServerModel): void {
  const prompts = server.serials.filter((serial) => server.latest(serial)?.name === 'prompt')
  const prompt = prompts[command.of % Math.max(1, prompts.length)]
  if (prompt === undefined) return
  if (command.do !== 'reply') return command.do === 'withdraw' ? server.delete(prompt) : server.update(prompt, 'restored')
  const headers = { role: 'assistant', status: 'streaming', 'reply-to': prompt }
  server.create(command.text, headers, command.id === undefined ? {} : { id: `asked-${command.id}` })
}

type Mutation = Extract<Command, { do: 'append' | 'update' | 'delete' | 'finish' }>

function mutate(command: Mutation, serial: string, server: ServerModel): void {
  const { name, extras } = server.latest(serial) ?? {}
  // Nobody writes on at a prompt.
  if (name === 'prompt' && command.do !== 'delete') return
  const replyTo = extras?.headers['reply-to']
  const headers = (status: string) => ({ role: 'assistant', status, ...(replyTo !== undefined && { 'reply-to': replyTo }) })
  switch (command.do) {
    case 'append':
      return server.append(serial, command.text, command.bare ? undefined : headers('streaming'))
    case 'update':
      return server.update(serial, command.text, headers('streaming'))
    case 'delete':
      return server.delete(serial)
    case 'finish':
      return server.append(serial, '.', headers(command.status))
    default:
      command satisfies never
  }
}

const text = fc.string({ maxLength: 4 })
// Few messages and long runs of appends: what goes wrong does so within one message.
const of = fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(2) })
const to = fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(SUBSCRIBERS - 1) })
const style: fc.Arbitrary<DeliveryStyle> = fc.record(
  { conflate: fc.boolean(), full: fc.boolean(), repeat: fc.nat(3) },
  { requiredKeys: ['conflate'] },
)

const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ do: fc.constant('create' as const), text, plain: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('ask' as const), to, id: fc.nat(2), text, forgotten: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('acknowledge' as const), to }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('reply' as const), of, text, id: fc.option(fc.nat(2), { nil: undefined }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('withdraw' as const, 'restore' as const), of }) },
  { weight: 14, arbitrary: fc.record({ do: fc.constant('append' as const), of, text, bare: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('update' as const), of, text }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('delete' as const), of }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('finish' as const), of, status: fc.constantFrom('complete', 'cancelled', 'failed') }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('attach' as const), to, rewind: fc.nat(3) }) },
  { weight: 9, arbitrary: fc.record({ do: fc.constant('deliver' as const), to, count: fc.integer({ min: 1, max: 4 }), style }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('drop' as const), to }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('resume' as const), to, overlap: fc.nat(3), style }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('read' as const), to }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('peek' as const), to }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('answer' as const), to }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('tick' as const), to, milliseconds: fc.constantFrom(100, 6_000, 11_000, 70_000) }),
  },
)

/** Sessions of everything the platform and an agent may do, in any order. */
export function sessions({ maxLength = 80 }: { maxLength?: number } = {}): fc.Arbitrary<Session> {
  return fc.tuple(fc.constantFrom([], settled), fc.array(command, { maxLength, size: 'max' })).map(([start, rest]) => {
    const commands = [...start, ...rest]
    return { commands, [fc.toStringMethod]: () => ['', ...commands.map((each) => `  ${JSON.stringify(each)}`)].join('\n') }
  })
}

/** Many faults show only in a reader that has attached and read all there was. */
const settled: readonly Command[] = [
  { do: 'attach', to: 0, rewind: 0 },
  { do: 'read', to: 0 },
  { do: 'answer', to: 0 },
  { do: 'create', text: 'a', plain: false },
]
