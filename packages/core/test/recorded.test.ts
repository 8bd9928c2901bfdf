import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { selectMessages } from '@streamfold/core'
import { importLog, replay } from '@streamfold/core/log'

it('a log from a bug report is a test in three lines', () => {
  const log = importLog(readFileSync(new URL('recorded.log', import.meta.url), 'utf8'))
  expect(selectMessages(replay(log, { until: 10 }))).toMatchObject([{ text: 'The answer is', continuity: 'gapped' }])
  expect(selectMessages(replay(log))).toMatchObject([
    { text: 'The answer is forty-two.', status: 'complete', continuity: 'contiguous' },
  ])
})
