import type { Conversation, Log } from '@streamfold/core'
import { selectMessages } from '@streamfold/core'
import { exportLog, outlineOf, redactLog, replay } from '@streamfold/core/log'
import { stateBefore } from './time-travel.ts'
import type { Timeline } from './timeline.ts'

export interface CopyOptions {
  /** Whether texts are included. Default false: texts of the same length without contents. */
  readonly whole?: boolean
  /** The most events; earlier ones become the state that the test starts with. Default 500. */
  readonly most?: number
}

/** A vitest case that shows the reader's view before the event `until`, from the events that led to it. */
export function testText(timeline: Timeline, log: Log, until: number, { whole = false, most = 500 }: CopyOptions = {}): string {
  const from = Math.max(timeline.first, until - most)
  const { folded = 0 } = log
  const part: Log = {
    start: stateBefore(timeline, log, from),
    events: log.events.slice(from - folded, until - folded),
    ...(log.arrivals && { arrivals: log.arrivals.slice(from - folded, until - folded) }),
  }
  const handed = whole ? part : redactLog(part)
  return `import { recorded } from '@streamfold/testkit'
import { expect, it } from 'vitest'

// ${part.events.length} events${from > 0 ? `, after ${from} that led to where they begin` : ''}; ${whole ? 'with contents' : 'texts have their length but no contents'}.
const { seen } = recorded(String.raw\`
${exportLog(handed).replaceAll('`', '\\u0060').replaceAll('$', '\\u0024')}
\`)

it('shows what a reader saw then', () => {
  expect(seen()).toEqual(${literal(shown(replay(handed)))})
})
`
}

/** In the form of \`recorded\` in the testkit. */
function shown(state: Conversation): unknown {
  return {
    channel: state.context.channel.status,
    messages: selectMessages(state).map((message) => {
      const { role, status, continuity, text } = message
      return { role, status, continuity, text, parts: outlineOf(message) }
    }),
  }
}

function literal(value: unknown): string {
  return JSON.stringify(value, null, 2).replaceAll('\n', '\n  ')
}
