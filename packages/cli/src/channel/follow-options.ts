import { aiTransport } from '@streamfold/core/ai-transport'
import { misused, numberOf } from '../arguments.ts'
import type { FollowOptions } from './follow.ts'
import { readTarget, targetOptions } from './target.ts'

/** The options of the commands that follow a channel. */
export const followOptions = {
  ...targetOptions,
  agent: { type: 'string', multiple: true },
  history: { type: 'string' },
  rewind: { type: 'string' },
  timeout: { type: 'string' },
  for: { type: 'string' },
  events: { type: 'string' },
  raw: { type: 'boolean' },
  'ai-transport': { type: 'boolean' },
} as const

type Single = Exclude<keyof typeof followOptions, 'agent' | 'no-tls' | 'raw' | 'ai-transport'>
type Values = { readonly [Name in Single]?: string } & {
  readonly agent?: readonly string[]
  readonly 'no-tls'?: boolean
  readonly raw?: boolean
  readonly 'ai-transport'?: boolean
}

/** The parsed options of a command that follows a channel. */
export interface FollowSettings extends Pick<
  FollowOptions,
  'target' | 'agent' | 'history' | 'rewind' | 'patience' | 'raw' | 'codec'
> {
  /** Milliseconds from the first attachment to the end. */
  readonly ms: number | undefined
  /** Number of events after which the command ends; ticks do not count. */
  readonly count: number
}

/** @param defaults how much history is read unless an option says */
export function readFollowOptions(
  command: string,
  values: Values,
  variables: Readonly<Record<string, string | undefined>>,
  defaults: Pick<FollowSettings, 'history' | 'rewind'>,
): FollowSettings {
  const { rewind = defaults.rewind } = values
  if (rewind !== false && !/^[1-9]\d*[smh]?$/.test(rewind))
    throw misused(command, `--rewind ${rewind} is neither a time such as 30s or 2m nor a number of messages`)
  const seconds = (option: 'timeout' | 'for') => {
    const value = numberOf(command, option, values[option], { most: 2_000_000 })
    return value === undefined ? undefined : value * 1_000
  }
  const timeout = seconds('timeout')
  return {
    target: readTarget(command, values, variables),
    agent: values.agent,
    history: numberOf(command, 'history', values.history, { whole: true }) ?? defaults.history,
    rewind,
    raw: values.raw ?? false,
    codec: values['ai-transport'] ? aiTransport : undefined,
    patience: { first: timeout ?? 10_000, later: timeout ?? 600_000 },
    ms: seconds('for'),
    count: numberOf(command, 'events', values.events, { whole: true, least: 1 }) ?? Infinity,
  }
}
