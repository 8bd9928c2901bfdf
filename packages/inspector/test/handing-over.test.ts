import { execFile } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Message } from '@streamfold/core'
import { selectMessages } from '@streamfold/core'
import { frameHead, RS } from '@streamfold/core/codec'
import { exportLog, importLog, redactLog, replay } from '@streamfold/core/log'
import { sessions } from '@streamfold/testkit'
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { testText } from '../src/model/copy-test.ts'
import { timelineOf } from '../src/model/read-timeline.ts'
import { eventsOf, logOf } from './sessions.ts'
import { live, story, storyLog } from './story.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))

it('a redacted log is as long, has no word in it, and folds to the redacted state', () => {
  fc.assert(
    fc.property(sessions(), fc.integer({ min: 5, max: 200 }), (session, limit) => {
      const log = logOf(eventsOf(session), limit)
      const redacted = importLog(exportLog(redactLog(log)))
      expect(redacted.events.map((event) => ('text' in event ? event.text.length : 0))).toEqual(
        log.events.map((event) => ('text' in event ? event.text.length : 0)),
      )
      const shown = selectMessages(replay(redacted))
      // Blank lines stand between the texts of a group, and a doubled RS is kept: they are no one's words.
      expect(shown.filter(({ text }) => !/^(·|\n\n)*$/.test(text.replaceAll(RS, '·')))).toEqual([])
      const lengths = (messages: readonly Message[]) =>
        messages.map(({ parts }) => parts.map((part) => ('text' in part ? part.text.length : part.type)))
      expect(lengths(shown)).toEqual(lengths(selectMessages(replay(log))))
      expect(shown.map(({ status, continuity, version }) => [status, continuity, version])).toEqual(
        selectMessages(replay(log)).map(({ status, continuity, version }) => [status, continuity, version]),
      )
    }),
  )
})

it('a copied test runs, and passes', async () => {
  const log = storyLog()
  const timeline = timelineOf(log)
  const tests = [
    testText(timeline, log, 12),
    testText(timeline, log, 18, { whole: true, most: 6 }),
    testText(timeline, storyWith('`${7}\\'), 9, { whole: true }),
    testText(timelineOf(withTools), withTools, 7, { whole: true }),
    testText(timelineOf(withTools), withTools, 7),
  ]
  expect(tests[0]).not.toContain('Hello')
  expect(tests[3]).toContain('"type": "tool-search"')
  expect(tests[4]).not.toContain('a thought')
  expect(tests[1]).toContain('12 that led to where they begin')
  const files = tests.map((text, index) => {
    const file = `${root}packages/inspector/test/copied-${index}.test.ts`
    writeFileSync(file, text)
    return file
  })
  try {
    const vitest = `${root}node_modules/vitest/vitest.mjs`
    const { stdout } = await promisify(execFile)(process.execPath, [vitest, 'run', ...files], { cwd: root })
    expect(stdout).toContain('5 passed')
  } finally {
    for (const file of files) rmSync(file)
  }
})

const headers = { role: 'assistant', status: 'complete', format: 'parts/1' }
const withTools = storyLog([
  ...story.slice(0, 5),
  live('create', 'v1', `${frameHead({ type: 'reasoning' })}a thought`, {
    extras: { headers: { ...headers, status: 'streaming' } },
  }),
  live(
    'append',
    'v2',
    `${frameHead({ type: 'tool', id: 'c', name: 'search' })}{"q":"x"}${frameHead({ type: 'input', id: 'c' })}`,
    {
      extras: { headers },
    },
  ),
])

function storyWith(text: string) {
  const log = storyLog()
  return { ...log, events: log.events.map((event) => (event.type === 'appended' ? { ...event, text } : event)) }
}
