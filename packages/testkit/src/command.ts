import * as fc from 'fast-check'
import type { FinishReason } from '@streamfold/core'
import type { Head } from '@streamfold/core/codec'
import { RS } from '@streamfold/core/codec'
import type { DeliveryStyle } from './attachment.ts'
import { FORGED, heads } from './framed.ts'

/** What somebody writes to the channel. `of` names a message, by index modulo how many there are of its kind. */
export type Write =
  /** An agent begins a response. `by` names the agent; `plain` is the documented pattern without headers. */
  | { readonly do: 'create'; readonly by: number; readonly text: string; readonly plain: boolean }
  /** An agent answers a prompt, also under the id of one. `of` counts prompts. */
  | { readonly do: 'reply'; readonly of: number; readonly by: number; readonly text: string; readonly id: number | undefined }
  /** A prompt is deleted, or put back. `of` counts prompts. */
  | { readonly do: 'withdraw' | 'restore'; readonly of: number }
  /** An agent goes on with a response in a new message; another agent may, and is then not believed. `of` counts responses. */
  | { readonly do: 'continue'; readonly of: number; readonly by: number; readonly text: string }
  /** An agent writes a message of a named group: for a codec that has such groups. */
  | {
      readonly do: 'part'
      readonly group: number
      readonly by: number
      readonly text: string
      readonly step: string | undefined
      readonly attempt: string
      readonly mark: boolean
    }
  /** An agent writes a frame of a message in the format `parts/1`, which the message has from then on. `of` counts responses. */
  | { readonly do: 'frame'; readonly of: number; readonly head: Head; readonly text: string }
  /** `of` counts responses. */
  | { readonly do: 'append'; readonly of: number; readonly text: string; readonly bare: boolean }
  | { readonly do: 'update'; readonly of: number; readonly text: string }
  | { readonly do: 'delete'; readonly of: number }
  /** `done`: by the metadata of the version, as the plain pattern says it, instead of by headers. */
  | {
      readonly do: 'finish'
      readonly of: number
      readonly status: 'complete' | 'cancelled' | 'failed'
      readonly finish: FinishReason | undefined
      readonly done: boolean
    }
  /** A user asks that a message be stopped. `of` counts all messages. */
  | { readonly do: 'cancel'; readonly of: number }
  /** A user who is no agent publishes whatever headers she likes. `of` counts all messages: those that the headers name. */
  | {
      readonly do: 'intrude'
      readonly of: number
      readonly name: string
      readonly text: string
      readonly headers: HostileHeaders
    }
  /** She changes or deletes a message of her own. `of` counts these. */
  | {
      readonly do: 'forge'
      readonly of: number
      readonly how: 'append' | 'update' | 'delete'
      readonly text: string
      readonly headers: HostileHeaders
    }

/** Values by header; `SERIAL` is the serial of the message that a command names. Not all are strings. */
export type HostileHeaders = Readonly<Record<string, unknown>>

/** What happens to one subscriber, named by `to`: an index modulo how many there are. */
export type Reading =
  /** Its user asks, under an id that others may use too; the service knows a repeated id again, or has forgotten it. */
  | {
      readonly do: 'ask'
      readonly to: number
      readonly id: number
      readonly text: string
      readonly forgotten: boolean
      /** The names of the files of the prompt. */
      readonly files: readonly string[]
      /** The messages that the prompt follows, edits, or asks again for; each counts all messages. */
      readonly names: { readonly parent?: number; readonly edits?: number; readonly again?: number }
    }
  /** Its oldest publish is acknowledged, or fails; the service may have stored it all the same. */
  | { readonly do: 'acknowledge' | 'reject'; readonly to: number }
  /** No agent could be asked to answer a prompt; or that is taken back. `of` counts prompts. */
  | { readonly do: 'unanswered'; readonly to: number; readonly of: number; readonly error: string | undefined }
  | { readonly do: 'attach'; readonly to: number; readonly rewind: number }
  | { readonly do: 'deliver'; readonly to: number; readonly count: number; readonly style: DeliveryStyle }
  | { readonly do: 'drop'; readonly to: number }
  | { readonly do: 'resume'; readonly to: number; readonly overlap: number; readonly style: DeliveryStyle }
  /** The channel is lost: only a new attachment goes on. */
  | { readonly do: 'lose'; readonly to: number; readonly state: 'suspended' | 'failed' | 'detached' }
  /** There is no channel to follow. */
  | { readonly do: 'unopen'; readonly to: number }
  /** The connection ends otherwise than by a drop. `refused`: the client is not let in. */
  | {
      readonly do: 'disconnect'
      readonly to: number
      readonly state: 'connecting' | 'disconnected' | 'suspended' | 'closed' | 'failed'
      readonly refused: boolean
      readonly retryIn: number | undefined
    }
  | { readonly do: 'presence'; readonly to: number; readonly agents: readonly string[] }
  /** The effects due are performed; `peek` reads all of history unasked; `older` reads the next page of it. */
  | { readonly do: 'read' | 'peek' | 'older'; readonly to: number }
  /** The oldest read under way answers, or fails. */
  | { readonly do: 'answer' | 'fail'; readonly to: number }
  | { readonly do: 'tick'; readonly to: number; readonly milliseconds: number; readonly awoke: boolean }

/** One thing that happens in a session. */
export type Command = Write | Reading

export const SUBSCRIBERS = 2
/** The client ids of those who are agents to a subscriber. */
export const AGENTS = ['agent', 'agent-2'] as const
/** Stands in hostile headers for the serial of the message that a command names. */
export const SERIAL = '{serial}'

const text = fc.oneof(
  { weight: 8, arbitrary: fc.string({ maxLength: 4 }) },
  { weight: 1, arbitrary: fc.constantFrom(FORGED, RS, `a${RS}`, '{"a":', '[1', '\n') },
)
const files = fc.oneof(
  { weight: 3, arbitrary: fc.constant([]) },
  { weight: 1, arbitrary: fc.array(text, { minLength: 1, maxLength: 2 }) },
)
// Few messages and long runs of appends: what goes wrong does so within one message.
const of = fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(3) })
const to = fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(SUBSCRIBERS - 1) })
const by = fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.constant(1) })
const style: fc.Arbitrary<DeliveryStyle> = fc.record(
  { conflate: fc.boolean(), full: fc.boolean(), repeat: fc.nat(3) },
  { requiredKeys: ['conflate'] },
)
const hostile: fc.Arbitrary<HostileHeaders> = fc.dictionary(
  fc.constantFrom(
    'role',
    'status',
    'finish',
    'reply-to',
    'continues',
    'target',
    'error',
    'group',
    'mark',
    'format',
    'parent',
    'edits',
    'again',
    '__proto__',
    'own',
  ),
  fc.constantFrom(SERIAL, 'assistant', 'streaming', 'complete', 'failed', 'thinking', 'parts/1', 'g0', 'true', '', 7, null),
  { maxKeys: 6 },
)
const names = fc.oneof(
  fc.constant({}),
  fc.record({ parent: of }),
  fc.record({ edits: of, parent: of }, { requiredKeys: ['edits'] }),
  fc.record({ again: of }),
)
const finish = fc.constantFrom<FinishReason | undefined>(undefined, 'stop', 'length', 'content-filter')

const one = <const Name extends Command['do']>(...names: Name[]) => fc.constantFrom(...names)
const kinds: readonly { readonly weight: number; readonly arbitrary: fc.Arbitrary<Command> }[] = [
  { weight: 3, arbitrary: fc.record({ do: one('create'), by, text, plain: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ do: one('ask'), to, id: fc.nat(2), text, forgotten: fc.boolean(), files, names }) },
  { weight: 3, arbitrary: fc.record({ do: one('acknowledge', 'acknowledge', 'reject'), to }) },
  { weight: 1, arbitrary: fc.record({ do: one('unanswered'), to, of, error: fc.constantFrom('nobody', undefined) }) },
  { weight: 3, arbitrary: fc.record({ do: one('reply'), of, by, text, id: fc.option(fc.nat(2), { nil: undefined }) }) },
  { weight: 1, arbitrary: fc.record({ do: one('withdraw', 'restore'), of }) },
  { weight: 2, arbitrary: fc.record({ do: one('continue'), of, by, text }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: one('part'),
      group: fc.nat(1),
      by,
      text,
      step: fc.constantFrom(undefined, 'a', 'b'),
      attempt: fc.constantFrom('1', '2'),
      mark: fc.constantFrom(false, false, true),
    }),
  },
  { weight: 16, arbitrary: fc.record({ do: one('append'), of, text, bare: fc.boolean() }) },
  { weight: 6, arbitrary: fc.record({ do: one('frame'), of, head: heads, text }) },
  { weight: 2, arbitrary: fc.record({ do: one('update'), of, text }) },
  { weight: 1, arbitrary: fc.record({ do: one('delete'), of }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: one('finish'),
      of,
      status: fc.constantFrom('complete', 'cancelled', 'failed'),
      finish,
      done: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: one('cancel'), of }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: one('intrude'), of, name: fc.constantFrom('prompt', 'response', ''), text, headers: hostile }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: one('forge'), of, how: fc.constantFrom('append', 'update', 'delete'), text, headers: hostile }),
  },
  { weight: 3, arbitrary: fc.record({ do: one('attach'), to, rewind: fc.nat(3) }) },
  { weight: 11, arbitrary: fc.record({ do: one('deliver'), to, count: fc.integer({ min: 1, max: 4 }), style }) },
  { weight: 2, arbitrary: fc.record({ do: one('drop'), to }) },
  { weight: 2, arbitrary: fc.record({ do: one('resume'), to, overlap: fc.nat(3), style }) },
  { weight: 1, arbitrary: fc.record({ do: one('presence'), to, agents: fc.subarray([...AGENTS]) }) },
  { weight: 7, arbitrary: fc.record({ do: one('read', 'read', 'read', 'older', 'peek'), to }) },
  { weight: 8, arbitrary: fc.record({ do: one('answer', 'answer', 'answer', 'answer', 'fail'), to }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: one('tick'),
      to,
      milliseconds: fc.constantFrom(100, 6_000, 11_000, 70_000),
      awoke: fc.constantFrom(false, false, false, true),
    }),
  },
]

/** Rare: nothing is delivered after them until a subscriber attaches again. */
const ends: readonly fc.Arbitrary<Command>[] = [
  fc.record({ do: one('unopen'), to }),
  fc.record({ do: one('lose'), to, state: fc.constantFrom('suspended', 'failed', 'detached') }),
  fc.record({
    do: one('disconnect'),
    to,
    state: fc.constantFrom('connecting', 'disconnected', 'suspended', 'closed', 'failed'),
    refused: fc.boolean(),
    retryIn: fc.constantFrom(undefined, 5_000),
  }),
]

/** Any command. */
export const commands: fc.Arbitrary<Command> = fc.oneof(
  ...kinds.map(({ weight, arbitrary }) => ({ weight: 2 * weight, arbitrary })),
  ...ends.map((arbitrary) => ({ weight: 1, arbitrary })),
)

/**
 * Commands of which some deliveries are spoilt, all in one way: an increment that is lost and one of the same length that comes twice
 * leave the length as it was.
 */
export const spoiltCommands = (spoil: 'lose' | 'double'): fc.Arbitrary<Command> =>
  fc
    .tuple(commands, fc.boolean())
    .map(([command, spoilt]) =>
      command.do === 'deliver' && spoilt ? { ...command, style: { ...command.style, spoil } } : command,
    )
