import { describe, expect } from 'vitest'
import { it } from './fixture.ts'
import { live, says } from './run.ts'

describe.concurrent('tail', () => {
  it('prints creates, appends, updates and deletes as they come', async ({ harness }) => {
    const server = await harness.serve()
    const agent = harness.agentOn(server, 'ai:tail')
    const run = harness.streamfold(['tail', 'ai:tail', '--local', String(server.port)])
    await run.until(live)
    const serial = await agent.begin('Hello')
    await agent.append(serial, ', world')
    await run.until(says(', world'))
    await agent.update(serial, 'Good bye')
    await agent.channel.deleteMessage({ serial })
    await run.until(({ events }) => events().some(({ type }) => type === 'deleted'))
    run.kill('SIGINT')
    const { code, stderr } = await run.ended
    expect([code, stderr]).toEqual([0, ''])
    const told = run.events().filter((event) => event.serial === serial)
    expect(told.map(({ type, text }) => [type, text])).toEqual([
      ['created', 'Hello'],
      ['appended', ', world'],
      ['replaced', 'Good bye'],
      ['deleted', expect.any(String)],
    ])
    expect(told).toMatchObject(told.map(() => ({ arrived: { at: expect.any(Number) } })))
  })

  it('prints a dropped connection, and that nothing was lost when it came back', async ({ harness }) => {
    const server = await harness.serve()
    const agent = harness.agentOn(server, 'ai:drop')
    const run = harness.streamfold(['tail', 'ai:drop', '--local', String(server.port)])
    await run.until(live)
    const serial = await agent.begin('a')
    await run.until(says('a'))
    server.faults.cut()
    await run.until(({ events }) => events().some(({ resumed }) => resumed === true))
    await agent.append(serial, 'b')
    await run.until((run) => says('b')(run) || says('ab')(run))
    const after = run.events().slice(run.events().findIndex(({ text }) => text === 'a'))
    const story = after.filter(({ type }) => type !== 'presence').map(({ type, state, resumed }) => [type, state, resumed])
    expect(story).toEqual(expect.arrayContaining([['connection', 'disconnected', undefined]]))
    expect(story).toEqual(expect.arrayContaining([['channel', 'attached', true]]))
  })

  it('prints a gap and its repair as text', async ({ harness }) => {
    const server = await harness.serve()
    const agent = harness.agentOn(server, 'ai:gap')
    const run = harness.streamfold(['tail', 'ai:gap', '--local', String(server.port), '--text'])
    const printed = (part: string | RegExp) => run.until(({ lines }) => lines().some((line) => line.match(part)))
    await printed(/history +loaded/)
    const serial = await agent.begin('one')
    await printed('agent: one')
    server.faults.expireContinuity()
    server.faults.cut()
    await printed('something may be lost')
    await agent.append(serial, ' two')
    await agent.complete(serial, ' three')
    await printed(/complete$/)
    const lines = run.lines().map((line) => line.slice('14:02:11.201 '.length))
    expect(lines).toEqual(
      expect.arrayContaining([
        'create     #1  agent: one  streaming',
        'channel    attached again, something may be lost  #1 gap',
        expect.stringMatching(/^(update|history) +#1 .* repaired/),
        expect.stringMatching(/^(append|update) +#1 .*three.* complete$/),
      ]),
    )
  })

  it('begins with the newest messages of history, oldest first, as many as asked', async ({ harness }) => {
    const server = await harness.serve()
    for (const text of ['one', 'two', 'three']) await harness.ask(server, 'ai:past', text)
    const at = ['tail', 'ai:past', '--local', String(server.port)]
    const runs = [harness.streamfold([...at, '--history', '2']), harness.streamfold([...at, '--history', '0'])] as const
    await Promise.all(runs.map((run) => run.until(live)))
    const texts = runs.map((run) => run.events().flatMap(({ text }) => text ?? []))
    expect(texts).toEqual([['two', 'three'], []])
  })

  it('lets the channel deliver again what it delivered lately', async ({ harness }) => {
    const server = await harness.serve()
    await harness.ask(server, 'ai:rewind', 'one')
    const run = harness.streamfold(['tail', 'ai:rewind', '--local', String(server.port), '--rewind', '2m', '--history', '0'])
    await run.until(says('one'))
    expect(run.events().find(({ text }) => text === 'one')?.type).toBe('created')
  })

  it('ends by itself after so many events, or so much time', async ({ harness }) => {
    const server = await harness.serve()
    const at = ['tail', 'ai:end', '--local', String(server.port)]
    const [some, timed] = await Promise.all([
      harness.streamfold([...at, '--events', '3']).ended,
      harness.streamfold([...at, '--for', '0.01']).ended,
    ])
    expect([some.code, some.stdout.trim().split('\n').length]).toEqual([0, 3])
    expect([timed.code, timed.stdout]).toEqual([0, expect.stringContaining('"attached"')])
  })

  it('ends silently when its output is closed', async ({ harness }) => {
    const server = await harness.serve()
    const run = harness.streamfold(['tail', 'ai:pipe', '--local', String(server.port)])
    await run.until(live)
    run.closeOutput()
    await harness.ask(server, 'ai:pipe', 'anybody?')
    const { code, stderr } = await run.ended
    expect([code, stderr]).toEqual([0, ''])
  })

  it('takes the agent’s client id from an option, and the port from the environment', async ({ harness }) => {
    const server = await harness.serve()
    await harness.ask(server, 'ai:agent', 'I am the bot', 'bot')
    const run = harness.streamfold(['tail', 'ai:agent', '--agent', 'bot', '--agent', 'bob', '--local'], {
      env: { LOCAL_ABLY_PORT: String(server.port) },
    })
    await run.until(says('I am the bot'))
    expect(run.events()).toContainEqual(expect.objectContaining({ text: 'I am the bot', role: 'assistant' }))
  })
})
