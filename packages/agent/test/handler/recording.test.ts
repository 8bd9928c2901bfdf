import { expect, test, vi } from 'vitest'
import { createRecording } from '../../src/handler/agents/recording.ts'
import type { WaitingRecord, WorkJournal } from '../../src/index.ts'

/** Records in a database: each statement ends when the test says so. */
function database() {
  const calls: string[] = []
  const running: { readonly name: string; readonly end: () => void; readonly fail: (error: Error) => void }[] = []
  const run = (name: string) =>
    new Promise<void>((end, fail) => {
      calls.push(name)
      running.push({ name, end, fail })
    })
  const journal: WorkJournal = {
    begin: (channel, prompt) => run(`begin ${channel} ${prompt}`),
    end: (channel, prompt) => run(`end ${channel} ${prompt}`),
    left: () => Promise.resolve(['ai:a', 'ai:b']),
    forget: (channel) => run(`forget ${channel}`),
  }
  const waiting: WaitingRecord = {
    add: (channel, response) => run(`add ${channel} ${response}`),
    remove: (channel, response) => run(`remove ${channel} ${response}`),
    all: () => Promise.resolve(new Map([['ai:b', ['r']]])),
  }
  return { calls, journal, waiting, next: () => running.shift()! }
}

test('writes about one channel are in order, whatever time each takes', async () => {
  const { calls, journal, waiting, next } = database()
  const recording = createRecording(journal, waiting, () => undefined)
  recording.begin('ai:a', 'p')
  recording.end('ai:a', 'p')
  recording.begin('ai:b', 'q')
  expect(calls).toEqual(['begin ai:a p', 'begin ai:b q'])
  next().end()
  await vi.waitFor(() => expect(calls).toEqual(['begin ai:a p', 'begin ai:b q', 'end ai:a p']), { timeout: 20_000 })
})

test('a write that fails is reported, and stops neither those behind it nor the end', async () => {
  const { calls, journal, waiting, next } = database()
  const reported: unknown[] = []
  const recording = createRecording(journal, waiting, (error) => void reported.push(error))
  recording.wait('ai:a', 'r')
  recording.goOn('ai:a', 'r')
  const written = recording.written()
  next().fail(new Error('the database is gone'))
  await vi.waitFor(() => expect(calls).toEqual(['add ai:a r', 'remove ai:a r']), { timeout: 20_000 })
  next().end()
  await written
  expect(reported).toEqual([new Error('the database is gone')])
})

test('a record that throws is reported as one that rejects', async () => {
  const { journal, waiting } = database()
  const reported: unknown[] = []
  const full = new Error('the disk is full')
  const fails = (): never => {
    throw full
  }
  const recording = createRecording({ ...journal, begin: fails, left: fails }, waiting, (error) => void reported.push(error))
  recording.begin('ai:a', 'p')
  await recording.written()
  expect(await recording.left()).toEqual({ channels: ['ai:b'], waits: new Map([['ai:b', ['r']]]) })
  expect(reported).toEqual([full, full])
})

test('what was left is read from records that answer later', async () => {
  const { journal, waiting } = database()
  const recording = createRecording(journal, waiting, () => undefined)
  expect(await recording.left()).toEqual({ channels: ['ai:a', 'ai:b'], waits: new Map([['ai:b', ['r']]]) })
  expect(await createRecording(undefined, undefined, () => undefined).left()).toEqual({ channels: [], waits: new Map() })
})
