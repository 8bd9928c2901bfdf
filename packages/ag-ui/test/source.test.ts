import type { Event, RunAgentInput } from '@ag-ui/core'
import { EventType, HttpAgent } from '@ag-ui/client'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Observable } from 'rxjs'
import { describe, expect, it, onTestFinished } from 'vitest'
import { agUiInput, agUiSource } from '../src/source/index.ts'
import { harness, shown, so } from './harness.ts'

const started: Event = { type: EventType.RUN_STARTED, threadId: 't', runId: 'r' }
const finished: Event = { type: EventType.RUN_FINISHED, threadId: 't', runId: 'r' }

const text = (id: string, ...deltas: readonly string[]): Event[] => [
  { type: EventType.TEXT_MESSAGE_START, messageId: id, role: 'assistant' },
  ...deltas.map((delta): Event => ({ type: EventType.TEXT_MESSAGE_CONTENT, messageId: id, delta })),
  { type: EventType.TEXT_MESSAGE_END, messageId: id },
]
const call = (id: string, name: string, ...deltas: readonly string[]): Event[] => [
  { type: EventType.TOOL_CALL_START, toolCallId: id, toolCallName: name },
  ...deltas.map((delta): Event => ({ type: EventType.TOOL_CALL_ARGS, toolCallId: id, delta })),
  { type: EventType.TOOL_CALL_END, toolCallId: id },
]

const all: readonly Event[] = [
  started,
  { type: EventType.STATE_SNAPSHOT, snapshot: { step: 1, list: [] } },
  { type: EventType.STEP_STARTED, stepName: 'think' },
  { type: EventType.REASONING_START, messageId: 'r1' },
  { type: EventType.REASONING_MESSAGE_START, messageId: 'r1', role: 'reasoning' },
  { type: EventType.REASONING_MESSAGE_CONTENT, messageId: 'r1', delta: 'Hm.' },
  { type: EventType.REASONING_MESSAGE_END, messageId: 'r1' },
  { type: EventType.REASONING_END, messageId: 'r1' },
  { type: EventType.STEP_FINISHED, stepName: 'think' },
  ...text('m1', 'Let me ', 'look.'),
  ...call('c1', 'weather', '{"city":', '"Oslo"}'),
  { type: EventType.TOOL_CALL_RESULT, messageId: 'x1', toolCallId: 'c1', content: '{"degrees":3}', role: 'tool' },
  { type: EventType.STATE_DELTA, delta: [{ op: 'add', path: '/list/-', value: 'Oslo' }] },
  { type: EventType.ACTIVITY_SNAPSHOT, messageId: 'a1', activityType: 'PLAN', content: { steps: ['look'] } },
  {
    type: EventType.ACTIVITY_DELTA,
    messageId: 'a1',
    activityType: 'PLAN',
    patch: [{ op: 'add', path: '/steps/-', value: 'say' }],
  },
  { type: EventType.CUSTOM, name: 'applause', value: 3 },
  ...text('m2', 'Three degrees.'),
  { ...finished, usage: [{ model: 'm', inputTokens: 3, outputTokens: 5 }] },
]

async function* each(events: readonly unknown[]) {
  yield* events
}

async function partsOf(events: readonly unknown[]) {
  const parts: { type: string }[] = []
  for await (const part of agUiSource(each(events))) parts.push(part)
  return parts
}

describe('the events of AG-UI as a source', () => {
  it('carries a run through a channel to pages of AG-UI: messages, state, activities and custom events', async () => {
    const { page } = await harness((task) => agUiSource(each(all), task))
    const [ann, reloaded] = [page(), page()]
    const custom: unknown[] = []
    ann.agent.subscribe({ onCustomEvent: ({ event: { name, value } }) => void custom.push([name, value]) })
    await ann.say('How warm is it?')
    expect(shown(ann)).toEqual([
      'user: How warm is it?',
      'reasoning: Hm.',
      'assistant: Let me look.',
      'call weather{"city":"Oslo"}',
      'tool: {"degrees":3}',
      'PLAN {"steps":["look","say"]}',
      'assistant: Three degrees.',
    ])
    expect(ann.agent.state).toEqual({ step: 1, list: ['Oslo'] })
    expect(custom).toEqual([['applause', 3]])
    await reloaded.agent.connectAgent()
    expect(reloaded.agent.messages).toEqual(ann.agent.messages)
    expect(reloaded.agent.state).toEqual(ann.agent.state)
    expect(reloaded.types).not.toContain('CUSTOM')
  })

  it('reads chunks as it reads events that begin and end', async () => {
    const chunks: Event[] = [
      started,
      { type: EventType.TEXT_MESSAGE_CHUNK, messageId: 'm1', role: 'assistant', delta: 'Let me ' },
      { type: EventType.TEXT_MESSAGE_CHUNK, delta: 'look.' },
      { type: EventType.TOOL_CALL_CHUNK, toolCallId: 'c1', toolCallName: 'weather', delta: '{"city":' },
      { type: EventType.TOOL_CALL_CHUNK, delta: '"Oslo"}' },
      { type: EventType.TEXT_MESSAGE_CHUNK, messageId: 'u', role: 'user', delta: 'not mine' },
      { type: EventType.TEXT_MESSAGE_CHUNK, delta: ' either' },
      { type: EventType.REASONING_MESSAGE_CHUNK, messageId: 'r1', delta: 'Hm.' },
      finished,
    ]
    const { page } = await harness((task) => agUiSource(each(chunks), task))
    const ann = page()
    await ann.say('go')
    expect(shown(ann)).toEqual(['user: go', 'assistant: Let me look.', 'call weather{"city":"Oslo"}', 'reasoning: Hm.'])
  })

  it('takes the answer from a snapshot, where the agent gives nothing else', async () => {
    const messages = [
      { id: 'u', role: 'user', content: 'before' },
      { id: 'a', role: 'assistant', content: 'earlier' },
      { id: 'u2', role: 'user', content: 'now' },
      {
        id: 'a2',
        role: 'assistant',
        content: 'Hello.',
        toolCalls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }],
      },
      { id: 't', role: 'tool', toolCallId: 'c', content: 'done' },
    ]
    const types = (await partsOf([started, { type: 'MESSAGES_SNAPSHOT', messages }, finished])).map(({ type }) => type)
    expect(types).toEqual(['text-delta', 'tool-input-start', 'tool-input-delta', 'tool-call', 'tool-result', 'finish'])
    const streamed = await partsOf([started, ...text('a2', 'Hello.'), { type: 'MESSAGES_SNAPSHOT', messages }, finished])
    expect(streamed.map(({ type }) => type)).toEqual(['text-start', 'text-delta', 'text-end', 'finish'])
  })

  it('interrupts become approvals, and what people decide resumes the run', async () => {
    const inputs: RunAgentInput[] = []
    const { page } = await harness((task) => {
      const input = agUiInput(task)
      inputs.push(input)
      const interrupt = { id: 'i1', reason: 'tool_call', message: 'May I?', toolCallId: 'c1' }
      return agUiSource(
        each(
          input.resume
            ? [
                started,
                // Agents repeat the call that they go on with.
                ...call('c1', 'send', '{}'),
                { type: EventType.TOOL_CALL_RESULT, messageId: 'x1', toolCallId: 'c1', content: 'sent' },
                ...text('m', 'Sent.'),
                finished,
              ]
            : [started, ...call('c1', 'send', '{}'), { ...finished, outcome: { type: 'interrupt', interrupts: [interrupt] } }],
        ),
        task,
      )
    })
    const ann = page()
    await ann.say('send it')
    expect(ann.agent.pendingInterrupts).toMatchObject([{ message: 'May I?', toolCallId: 'c1', reason: 'tool_call' }])
    const { id } = ann.agent.pendingInterrupts[0]!
    await ann.agent.runAgent({ resume: [{ interruptId: id, status: 'resolved', payload: { approved: true, reason: 'sure' } }] })
    expect(inputs[1]?.resume).toEqual([{ interruptId: 'i1', status: 'resolved', payload: { approved: true, reason: 'sure' } }])
    expect(inputs[1]?.messages.map(({ role }) => role)).toEqual(['user', 'assistant'])
    expect(shown(ann)).toEqual(['user: send it', 'call send{}', 'tool: sent', 'assistant: Sent.'])
  })

  it('an interrupt that concerns no call asks for an answer of any shape', async () => {
    const inputs: RunAgentInput[] = []
    const interrupt = { id: 'i1', reason: 'input_required', message: 'Which city?', responseSchema: { type: 'string' } }
    const { page } = await harness((task) => {
      const input = agUiInput(task)
      inputs.push(input)
      const [entry] = input.resume ?? []
      return agUiSource(
        each(
          entry
            ? [started, ...text('m2', `${entry.status}: ${JSON.stringify(entry.payload)}`), finished]
            : [started, ...text('m1', 'Well.'), { ...finished, outcome: { type: 'interrupt', interrupts: [interrupt] } }],
        ),
        task,
      )
    })
    const ann = page()
    await ann.say('weather')
    const { id: _, ...asked } = interrupt
    expect(ann.agent.pendingInterrupts).toMatchObject([asked])
    const { id } = ann.agent.pendingInterrupts[0]!
    await ann.agent.runAgent({ resume: [{ interruptId: id, status: 'resolved', payload: 'Oslo' }] })
    expect(inputs[1]?.resume).toEqual([{ interruptId: 'i1', status: 'resolved', payload: 'Oslo' }])
    expect(shown(ann)).toEqual(['user: weather', 'assistant: Well.', 'assistant: resolved: "Oslo"'])
    expect(ann.agent.pendingInterrupts).toEqual([])
  })

  it('a call of a tool of the page waits for its result, which the next run has among its messages', async () => {
    const inputs: RunAgentInput[] = []
    const { page } = await harness((task) => {
      const input = agUiInput(task)
      inputs.push(input)
      const again = [started, ...text('m', 'Done.'), finished]
      return agUiSource(each(task.continued ? again : [started, ...call('c1', 'print', '{}'), finished]), task)
    })
    const ann = page()
    await ann.say('print')
    ann.agent.addMessage({ id: 'result', role: 'tool', toolCallId: 'c1', content: '"printed"' })
    await ann.agent.runAgent()
    expect(inputs[1]?.resume).toBeUndefined()
    expect(inputs[1]?.messages.at(-1)).toMatchObject({ role: 'tool', toolCallId: 'c1', content: 'printed' })
    expect(shown(ann)).toEqual(['user: print', 'call print{}', 'tool: printed', 'assistant: Done.'])
  })

  it('an error of the run fails the response without what it says, and a cancelled run does not look complete', async () => {
    const { page } = await harness((task) =>
      agUiSource(
        each(
          task.prompt.text === 'fail'
            ? [started, ...text('m', 'So'), { type: EventType.RUN_ERROR, message: 'secret key 123' }]
            : [started, ...text('m', 'So'), { ...finished, outcome: { type: 'cancelled' } }],
        ),
        task,
      ),
    )
    const ann = page()
    await ann.say('fail')
    expect(ann.errors).toHaveLength(1)
    expect(ann.errors.join()).not.toContain('123')
    await ann.say('cancel')
    expect(shown(ann).at(-1)).toMatch(/streamfold-status .*"(?:cancelled|failed)"/)
  })

  it('leaves out what it cannot read, with a reason, and never throws for it', async () => {
    const odd: readonly unknown[] = [
      started,
      null,
      'text',
      {},
      { type: 7 },
      { type: 'HOLOGRAM_START', messageId: 'h' },
      { type: 'TOOL_CALL_ARGS', toolCallId: 'nobody', delta: 'x' },
      { type: 'TOOL_CALL_START' },
      { type: 'ACTIVITY_DELTA', messageId: 'a', activityType: 'X', patch: 'no patch' },
      { type: 'ACTIVITY_SNAPSHOT', messageId: 'a', activityType: 'X', content: { n: 1 } },
      { type: 'ACTIVITY_DELTA', messageId: 'a', activityType: 'X', patch: [{ op: 'replace', path: '/nowhere', value: 1 }] },
      { type: 'MESSAGES_SNAPSHOT', messages: 'none' },
      { type: 'TEXT_MESSAGE_CONTENT', messageId: 'm', delta: 5 },
      ...text('m', 'Hello.'),
      { ...finished, outcome: { type: 'interrupt', interrupts: [null, { reason: 1 }] } },
    ]
    const parts = await partsOf(odd)
    expect(parts.filter(({ type }) => type.startsWith('ag-ui ')).length).toBeGreaterThan(3)
    const { page } = await harness((task) => agUiSource(each(odd), task))
    const ann = page()
    await ann.say('go')
    expect(shown(ann)).toContain('assistant: Hello.')
    expect(ann.errors).toEqual([])
  })

  it('a stream that ends before its run does fails', async () => {
    await expect(partsOf([started, ...text('m', 'So')])).rejects.toThrow('ended before their run did')
    await expect(partsOf('text' as unknown as unknown[])).resolves.toHaveLength(4)
    expect(() => agUiSource(7 as never)).toThrow('neither an Observable nor an async iterable')
  })

  it('unsubscribes when the response is stopped', async () => {
    let isOpen = false
    const { page } = await harness((task) =>
      agUiSource(
        new Observable<Event>((subscriber) => {
          isOpen = true
          for (const event of [started, ...text('m', 'Once ').slice(0, -1)]) subscriber.next(event)
          return () => (isOpen = false)
        }),
        task,
      ),
    )
    const ann = page()
    const done = ann.say('tell')
    await so(() => expect(shown(ann)).toEqual(['user: tell', 'assistant: Once ']))
    expect(isOpen).toBe(true)
    ann.agent.abortRun()
    await done
    await so(() => expect(isOpen).toBe(false))
  })

  it('reads the run of an agent over HTTP', async () => {
    const server = createServer((_, response) => {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' })
      for (const event of all) response.write(`data: ${JSON.stringify(event)}\n\n`)
      response.end()
    })
    await new Promise<void>((resolve) => server.listen(0, resolve))
    onTestFinished(() => void server.close())
    const url = `http://localhost:${(server.address() as AddressInfo).port}`
    const { page } = await harness((task) => agUiSource(new HttpAgent({ url }).run(agUiInput(task)), task))
    const ann = page()
    await ann.say('How warm is it?')
    expect(shown(ann).at(-1)).toBe('assistant: Three degrees.')
    expect(ann.agent.state).toEqual({ step: 1, list: ['Oslo'] })
  })
})
