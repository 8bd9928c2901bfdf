import type { DeliveryStyle, Fate, Outage } from '@streamfold/testkit'
import * as fc from 'fast-check'
import type { PromptOrder } from '../src/index.ts'
import { fate, outages } from './faults.ts'

export type Person = 'ann' | 'bob' | 'mallory'

/** The pages of the session: each follows the channel by itself. */
export const DEVICES: readonly Person[] = ['ann', 'ann', 'bob', 'mallory']

/** A call that the model makes. `none`: the agent runs it without asking. */
export interface PlannedCall {
  readonly wants: 'approval' | 'output' | 'none'
  readonly of?: readonly Person[] | undefined
  /** Milliseconds that people have. */
  readonly within?: number | undefined
}

/** What the model does for a prompt: pauses, and rounds of calls, each behind the results of the round before. */
export interface Plan {
  readonly pauses: readonly number[]
  readonly rounds: readonly (readonly PlannedCall[])[]
}

/** A process of the agent. */
interface Process {
  readonly startsAt: number
  /** Operations on the channel that it survives, see `mortal`. */
  readonly dieAt: number
  readonly diesAt: number
  readonly losesAt: number
  readonly fates: readonly Fate[]
  readonly outages: readonly Outage[]
  readonly style: DeliveryStyle
}

/** What people do and what happens to their pages. Numbers name things of a kind, by index modulo their number. */
export type Deed =
  /** @param into a response that the page shows as running, by the header `into` */
  | { readonly do: 'prompt'; readonly into: boolean; readonly notify: boolean }
  /** The author asks for another response to a prompt, or sends another text in its place. */
  | { readonly do: 'branch'; readonly prompt: number; readonly how: 'again' | 'edits'; readonly notify: boolean }
  | { readonly do: 'edit'; readonly prompt: number }
  | { readonly do: 'withdraw'; readonly prompt: number }
  /** The author makes a cancel or an answer of a prompt, or a prompt again. */
  | { readonly do: 'turn'; readonly prompt: number; readonly into: 'cancel' | 'answer' | 'prompt' }
  | { readonly do: 'notify'; readonly prompt: number }
  | {
      readonly do: 'answer'
      readonly call: number
      readonly approve: boolean
      readonly wrong?: 'input' | 'kind' | undefined
      readonly twice: boolean
    }
  | { readonly do: 'take-back'; readonly answer: number; readonly how: 'update' | 'delete' | 'other' }
  | { readonly do: 'cancel'; readonly message: number }
  | { readonly do: 'meddle'; readonly message: number; readonly how: 'update' | 'delete' }
  /** Publishes under the id that an answer will have. */
  | { readonly do: 'squat'; readonly call: number; readonly of: number }
  | { readonly do: 'hold' }
  | { readonly do: 'deliver'; readonly style: DeliveryStyle }
  | { readonly do: 'drop' }
  | { readonly do: 'resume'; readonly overlap: number }
  | { readonly do: 'attach'; readonly rewind: number }
  | { readonly do: 'reload' }
  | { readonly do: 'read' }
  | { readonly do: 'older' }

export interface WorkingSession {
  readonly order: PromptOrder
  readonly recovery: 'close' | 'regenerate'
  readonly isIdempotent: boolean
  readonly plans: readonly Plan[]
  readonly processes: readonly Process[]
  readonly deeds: readonly { readonly at: number; readonly by: number; readonly deed: Deed }[]
}

/** Most happens while responses are written; some of it much later. */
const moment = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 0, max: 3_000 }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 50_000 }) },
)
const index = fc.nat(7)
const rarely = <Value>(value: fc.Arbitrary<Value>, weight = 4) =>
  fc.oneof({ weight, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value })
const style: fc.Arbitrary<DeliveryStyle> = fc.record({
  conflate: fc.boolean(),
  full: fc.boolean(),
  repeat: fc.nat(3),
})
const deed = <Name extends Deed['do'], Fields extends object>(
  weight: number,
  name: Name,
  fields: { [Field in keyof Fields]: fc.Arbitrary<Fields[Field]> },
) => ({ weight, arbitrary: fc.record({ do: fc.constant(name), ...fields }) as unknown as fc.Arbitrary<Deed> }) // The fields are those of the deed.

const plannedCall: fc.Arbitrary<PlannedCall> = fc.record({
  wants: fc.constantFrom('approval', 'approval', 'output', 'none'),
  of: rarely(fc.constantFrom<readonly Person[]>(['bob'], ['ann', 'bob'])),
  within: rarely(fc.integer({ min: 100, max: 20_000 })),
})

export const workingSession: fc.Arbitrary<WorkingSession> = fc.record({
  order: fc.constantFrom('concurrently', 'queue', 'steer', 'interrupt'),
  recovery: fc.constantFrom('close', 'regenerate'),
  isIdempotent: fc.constantFrom(false, false, false, true),
  plans: fc.array(
    fc.record({
      pauses: fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 3 }),
      rounds: fc.array(fc.array(plannedCall, { minLength: 1, maxLength: 3 }), { maxLength: 2 }),
    }),
    { minLength: 1, maxLength: 3 },
  ),
  processes: fc.array(
    fc.record({
      startsAt: fc.oneof(fc.constant(0), moment),
      dieAt: fc.oneof(
        fc.integer({ min: 0, max: 30 }).map((halves) => halves / 2),
        fc.constant(Infinity),
      ),
      diesAt: fc.oneof(moment, fc.constant(Infinity)),
      losesAt: fc.oneof(moment, fc.constant(Infinity)),
      fates: fc.array(
        fate.map((one) => (one.code === 40_160 ? { ...one, code: 50_000 } : one)),
        { maxLength: 12 },
      ),
      outages: rarely(outages).map((list) => list?.filter(({ ends }) => ends !== 'never') ?? []),
      style,
    }),
    { minLength: 1, maxLength: 4 },
  ),
  deeds: fc.array(
    fc.record({
      at: moment,
      by: fc.constantFrom(0, 0, 0, 1, 2, 2, 3),
      deed: fc.oneof(
        deed(5, 'prompt', { into: fc.boolean(), notify: fc.constantFrom(true, true, true, false) }),
        deed(2, 'branch', { prompt: index, how: fc.constantFrom('again', 'edits'), notify: fc.boolean() }),
        deed(2, 'edit', { prompt: index }),
        deed(1, 'withdraw', { prompt: index }),
        deed(1, 'turn', { prompt: index, into: fc.constantFrom('cancel', 'answer', 'prompt') }),
        deed(1, 'notify', { prompt: index }),
        deed(8, 'answer', {
          call: index,
          approve: fc.constantFrom(true, true, false),
          wrong: rarely(fc.constantFrom('input', 'kind'), 6),
          twice: fc.boolean(),
        }),
        deed(2, 'take-back', { answer: index, how: fc.constantFrom('update', 'delete', 'other') }),
        deed(1, 'cancel', { message: index }),
        deed(1, 'meddle', { message: index, how: fc.constantFrom('update', 'delete') }),
        deed(1, 'squat', { call: index, of: index }),
        deed(1, 'hold', {}),
        deed(1, 'deliver', { style }),
        deed(1, 'drop', {}),
        deed(1, 'resume', { overlap: fc.nat(3) }),
        deed(1, 'attach', { rewind: fc.nat(5) }),
        deed(1, 'reload', {}),
        deed(1, 'read', {}),
        deed(1, 'older', {}),
      ),
    }),
    { minLength: 3, maxLength: 30 },
  ),
})
