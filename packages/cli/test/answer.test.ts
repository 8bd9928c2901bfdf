import { frameHead } from '@streamfold/core/codec'
import { expect } from 'vitest'
import type { Harness } from './fixture.ts'
import { it } from './fixture.ts'
import { oneLine } from './run.ts'

const call = (id: string, ask: object = {}): string =>
  frameHead({ type: 'tool', id, name: 'send' }) +
  `{"to":"${id}"}` +
  frameHead({ type: 'end', id }) +
  frameHead({ type: 'input', id }) +
  frameHead({ type: 'ask', id, approval: `approval-${id}`, ...ask })

/** A channel on which a response to a prompt of ann's waits. @returns what `streamfold` prints for a command line on it */
async function waiting({ serve, agentOn, ask, streamfold, realtime }: Harness, name: string, data: string) {
  const server = await serve()
  const prompts = realtime(server, { clientId: 'reader' }).channels.get(name)
  const asked = new Promise<string>((resolve) => {
    void prompts.subscribe('prompt', ({ serial = '' }) => resolve(serial)).then(() => ask(server, name, 'Invite them'))
  })
  const { channel } = agentOn(server, name)
  const headers = { role: 'assistant', status: 'waiting', format: 'parts/1', 'reply-to': await asked }
  await channel.publish({ name: 'response', data, extras: { headers } })
  const answers: unknown[] = []
  await channel.subscribe('answer', ({ clientId, data, extras }) => answers.push([clientId, extras.headers.kind, data]))
  const run = (...args: string[]) => streamfold(['answer', name, '--local', String(server.port), ...args]).ended
  return { run, answers, server }
}

it('lists the calls that wait, and answers the only one as a person', async ({ harness }) => {
  const { run, answers } = await waiting(harness, 'ai:only', call('c1', { reason: 'outside of the company' }))
  const listed = await run()
  expect(listed).toMatchObject({ code: 0, stderr: '' })
  expect(JSON.parse(listed.stdout)).toEqual({
    call: 'c1',
    state: 'waits',
    wants: 'approval',
    tool: 'send',
    input: { to: 'c1' },
    response: expect.any(String),
    of: ['ann'],
    reason: 'outside of the company',
  })
  expect((await run('--text')).stdout).toBe('c1  send {"to":"c1"}  waits for approval of ann, outside of the company\n')
  const denied = await run('deny', '--as', 'ann', '--reason', 'not today', '--text')
  expect(denied).toMatchObject({ code: 0, stdout: 'c1  send {"to":"c1"}  denied\n', stderr: '' })
  await expect.poll(() => answers).toEqual([['ann', 'deny', '{"reason":"not today"}']])
  expect(await run('approve', '--as', 'ann')).toMatchObject({
    code: 6,
    stderr: expect.stringMatching(/^unable to answer; no call waits: /),
  })
})

it('answers the call that is named, and gives outputs', async ({ harness }) => {
  const { run, answers } = await waiting(
    harness,
    'ai:named',
    call('c1') + call('c2', { wants: 'output' }) + call('c3', { wants: 'output' }),
  )
  expect(await run('approve', '--as', 'ann')).toMatchObject({
    code: 6,
    stderr: 'unable to answer; 3 calls wait: name one of c1, c2, c3\n',
  })
  expect((await run('output', 'c2', '--as', 'ann', '--value', '{"zone":"UTC"}')).code).toBe(0)
  expect((await run('fault', 'c3', '--as', 'ann', '--error', 'no such place')).code).toBe(0)
  await expect
    .poll(() => answers)
    .toEqual([
      ['ann', 'output', '{"zone":"UTC"}'],
      ['ann', 'fault', '{"error":"no such place"}'],
    ])
})

it('refuses a person who may not answer, and a decision that does not fit the call', async ({ harness }) => {
  const { run, answers } = await waiting(harness, 'ai:refused', call('c1'))
  expect(await run('approve', '--as', 'bob')).toMatchObject({
    code: 6,
    stderr: 'unable to answer the call; only the author of the prompt may answer it: ask there\n',
  })
  expect(await run('output', '--as', 'ann', '--value', '1')).toMatchObject({
    code: 6,
    stderr: 'unable to answer the call; it asks for an approval: give { approve }\n',
  })
  expect(answers).toEqual([])
})

it.for([
  [['answer'], 'CHANNEL is missing'],
  [['answer', 'ai:x', 'perhaps'], 'perhaps is no decision, but approve, deny, output and fault are'],
  [['answer', 'ai:x', 'approve'], '--as is missing, the client id of the person who answers'],
  [['answer', 'ai:x', 'output', '--as', 'ann'], '--value is missing'],
  [['answer', 'ai:x', 'output', '--as', 'ann', '--value', 'text'], `--value is no JSON (a text is written '"like this"')`],
  [['answer', 'ai:x', 'fault', '--as', 'ann'], '--error is missing'],
  [['answer', 'ai:x', 'approve', '--as', 'ann', '--value', '1'], '--value does not belong to approve'],
] as const)('says what is wrong with %j', async ([args, reason], { harness }) => {
  const { code, stderr } = await harness.streamfold([...args]).ended
  expect([code, stderr]).toEqual([2, `unable to answer; ${reason}: see streamfold answer --help\n`])
  expect(stderr).toMatch(oneLine)
})
