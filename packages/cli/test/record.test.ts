import { openConversation } from '@streamfold/ably'
import { selectMessages, type Conversation, type Message } from '@streamfold/core'
import { importLog, replay } from '@streamfold/core/log'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, vi } from 'vitest'
import { it } from './fixture.ts'
import type { Run } from './run.ts'

/** The fields of a message that a reader sees. */
function shown({ id, key, role, text, status, continuity, clientId, replyTo, createdAt, updatedAt, headers }: Message) {
  return { id, key, role, text, status, continuity, clientId, replyTo, createdAt, updatedAt, headers }
}

const recording = ({ errors }: Run) => errors().includes('recording ')
const messages = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Message) // Printed by replay.

async function written(path: string, part: string): Promise<void> {
  await vi.waitFor(() => expect(readFileSync(path, 'utf8')).toContain(part), { timeout: 10_000, interval: 5 })
}

describe.concurrent('record', () => {
  it('loses nothing to a kill, and replays to the conversation that was live', async ({ harness }) => {
    const server = await harness.serve()
    const file = join(harness.folder(), 'a.log')
    const agent = harness.agentOn(server, 'ai:record')
    await harness.ask(server, 'ai:record', 'What is Ably?')
    const conversation = openConversation(harness.realtime(server).channels.get('ai:record'), { scheduler: (flush) => flush() })
    const run = harness.streamfold(['record', 'ai:record', '-o', file, '--local', String(server.port)])
    await run.until(recording)
    const serial = await agent.begin('A network')
    await agent.append(serial, ' of channels')
    server.faults.cut()
    await agent.complete(serial, ', whole.')
    await written(file, ', whole.')
    run.kill('SIGKILL')
    expect((await run.ended).code).toBe(null)

    const now: Conversation = await vi.waitFor(() => {
      const state = conversation.store.getState()
      expect(selectMessages(state).at(-1)?.status).toBe('complete')
      return state
    })
    conversation.release()
    const { code, stdout } = await harness.streamfold(['replay', file]).ended
    expect(code).toBe(0)
    expect(messages(stdout).map(shown)).toEqual(
      selectMessages(now)
        .map(shown)
        .map((message) => JSON.parse(JSON.stringify(message))),
    )
    expect(messages(stdout).map(({ text }) => text)).toEqual(['What is Ably?', 'A network of channels, whole.'])
  })

  it('writes to the standard output, for another command to read', async ({ harness }) => {
    const server = await harness.serve()
    await harness.ask(server, 'ai:pipe', 'Hello')
    const run = harness.streamfold(['record', 'ai:pipe', '--local', String(server.port)])
    await run.until(({ lines }) => lines().some((line) => line.includes('"loaded"')))
    run.kill('SIGTERM')
    const { code, stdout, stderr } = await run.ended
    expect([code, stderr]).toEqual([
      0,
      expect.stringMatching(/^recording ai:pipe .*\nwrote \d+ events and \d+ ticks of the clock to /),
    ])
    const replayed = await harness.streamfold(['replay', '-'], { input: stdout }).ended
    expect(messages(replayed.stdout)).toMatchObject([{ text: 'Hello', role: 'user', clientId: 'ann' }])
  })

  it('ends after `--count` events, and has the time of each arrival', async ({ harness }) => {
    const server = await harness.serve()
    const before = Date.now()
    const { stdout } = await harness.streamfold(['record', 'ai:count', '--local', String(server.port), '--events', '2']).ended
    const { events, arrivals = [] } = importLog(stdout)
    expect(events.filter(({ type }) => type !== 'tick')).toHaveLength(2)
    expect(arrivals).toHaveLength(events.length)
    for (const arrival of arrivals) expect(arrival?.at).toBeGreaterThanOrEqual(before)
  })

  it('writes a redacted log without contents, and keeps client ids apart', async ({ harness }) => {
    const server = await harness.serve()
    const file = join(harness.folder(), 'redacted.log')
    const agent = harness.agentOn(server, 'ai:secret')
    const run = harness.streamfold(['record', 'ai:secret', '-o', file, '--redact', '--raw', '--local', String(server.port)])
    await run.until(recording)
    await harness.ask(server, 'ai:secret', 'my password', 'xaver')
    await agent.begin('never say')
    await harness.ask(server, 'ai:secret', 'mine too', 'yolanda')
    await harness.ask(server, 'ai:secret', 'once more', 'xaver')
    await vi.waitFor(() => expect(selectMessages(replay(importLog(readFileSync(file, 'utf8'))))).toHaveLength(4))
    run.kill('SIGINT')
    await run.ended
    const text = readFileSync(file, 'utf8')
    for (const word of ['password', 'never say', 'mine too', 'once more', 'xaver', 'yolanda']) expect(text).not.toContain(word)
    const who = selectMessages(replay(importLog(text))).map(({ clientId, text }) => [clientId, text.length])
    expect(who).toEqual([
      ['reader-1', 11],
      ['agent', 9],
      ['reader-2', 8],
      ['reader-1', 9],
    ])
  })

  it('keeps an existing file until `--force` replaces it with new contents', async ({ harness }) => {
    const server = await harness.serve()
    const file = join(harness.folder(), 'kept.log')
    writeFileSync(file, 'precious')
    const args = ['record', 'ai:kept', '-o', file, '--for', '0.01', '--local']
    const spared = await harness.streamfold([...args, String(server.port)]).ended
    expect([spared.code, spared.stderr]).toEqual([
      4,
      `unable to write ${file}; it exists: name another file, or replace it with --force\n`,
    ])
    const refused = await harness.streamfold([...args, String(server.port), '--force', '--key', 'app.key:wrong']).ended
    expect([refused.code, readFileSync(file, 'utf8')]).toEqual([3, 'precious'])
    const replaced = await harness.streamfold([...args, String(server.port), '--force']).ended
    expect(replaced.code).toBe(0)
    expect(importLog(readFileSync(file, 'utf8')).events).not.toHaveLength(0)
  })

  it('leaves no file behind when the channel was never reached', async ({ harness }) => {
    const server = await harness.serve()
    const file = join(harness.folder(), 'never.log')
    const { code } = await harness.streamfold(['record', ':bad', '-o', file, '--local', String(server.port)]).ended
    expect([code, existsSync(file)]).toEqual([2, false])
  })
})
