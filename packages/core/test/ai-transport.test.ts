import { describe, expect, it } from 'vitest'
import type { Conversation } from '@streamfold/core'
import { normalise, selectMessages, selectPromptStates, selectStatus, selectUnanswered } from '@streamfold/core'
import { aiTransport, defineAiTransport, invocationOf } from '@streamfold/core/ai-transport'
import { answer, asked, begun, ended, heard, run, say, snapshot, theirs } from './theirs.ts'

const shown = (state: Conversation) => selectMessages(state).map(({ text, status }) => [text, status])

describe('the codec for AI Transport decodes', () => {
  it('a prompt: its text, key and author', () => {
    expect(say(asked())).toMatchObject({
      type: 'created',
      role: 'user',
      text: 'Hello?',
      messageId: 'asked',
      clientId: 'ann',
      headers: { role: 'user', 'event-id': 'event', 'codec-message-id': 'asked' },
      fields: { placement: { group: 'asked', mark: false } },
    })
  })

  it('a text of an answer, with its prompt and its run', () => {
    expect(say(answer('create', 's2', ''))).toMatchObject({
      type: 'created',
      role: 'assistant',
      phase: 'streaming',
      headers: { 'reply-to': 'asked', 'codec-message-id': 'output' },
      fields: { replyTo: 'asked', placement: { group: 'run', mark: false } },
    })
    // Headers that every append repeats are kept and not read again; only the end is new. Appends have no name.
    const append = answer('append', 'v1', 'Hi', { name: undefined })
    expect(say(append)).toMatchObject({ type: 'appended', text: 'Hi', headers: undefined, phase: undefined })
    expect(say(answer('append', 'v1', '', { status: 'complete', name: undefined }))).toMatchObject({ phase: 'complete' })
    expect(say(answer('append', 'v1', '', { status: 'cancelled' }))).toMatchObject({ phase: 'cancelled' })
  })

  it('a text in one message', () => {
    const whole = theirs(
      'ai-output',
      's2',
      { ...run, role: 'assistant', stream: 'false' },
      { data: 'Hi', codec: { kind: 'text' } },
    )
    expect(say(whole)).toMatchObject({
      type: 'created',
      text: 'Hi',
      phase: 'complete',
      fields: { placement: { group: 'run', mark: false } },
    })
  })

  it('why the model ended, of a run that has', () => {
    const finish = (finishReason: string, serial: string) =>
      theirs('ai-output', serial, { ...run, stream: 'false' }, { codec: { kind: 'finish', finishReason } })
    const before = heard([asked(), begun(), answer('create', 's2', 'Half'), finish('length', 's3')])
    expect(selectMessages(before)[1]).toMatchObject({ text: 'Half', status: 'streaming', finish: undefined })
    const after = heard([ended('complete')], before)
    expect(selectMessages(after)[1]).toMatchObject({ text: 'Half', status: 'complete', finish: 'length' })
    // In whatever order.
    const late = heard([
      asked(),
      ended('complete'),
      finish('length', 's3'),
      answer('create', 's2', 'Half', { status: 'complete' }),
    ])
    expect(selectMessages(late)[1]).toMatchObject({ text: 'Half', status: 'complete', finish: 'length' })
    // A run that was resumed ends as its last step.
    const resumed = [
      asked(),
      begun(),
      finish('tool-calls', 's3'),
      theirs('ai-run-resume', 's4', run),
      finish('stop', 's5'),
      ended('complete'),
    ]
    expect(selectMessages(heard(resumed))[1]).toMatchObject({ status: 'complete', finish: 'stop' })
  })

  it.each([
    ['ai-run-start', {}, 'streaming'],
    ['ai-run-resume', {}, 'streaming'],
    ['ai-step-start', { 'step-id': 'step' }, 'streaming'],
    ['ai-run-suspend', {}, 'waiting'],
    ['ai-run-end', { 'run-reason': 'complete' }, 'complete'],
    ['ai-run-end', { 'run-reason': 'cancelled' }, 'cancelled'],
    ['ai-run-end', { 'run-reason': 'error' }, 'failed'],
    ['ai-run-end', {}, 'complete'],
  ])('%s %j: the run is %s', (name, transport, phase) => {
    expect(say(theirs(name, 's5', { ...run, ...transport }))).toMatchObject({
      phase,
      text: '',
      role: 'assistant',
      headers: { status: phase },
      fields: { placement: { group: 'run', mark: true } },
    })
  })

  it('why a run failed', () => {
    const error = (more: Record<string, string>) => say(ended('error', 's9', more))
    expect(error({ 'error-message': 'overloaded' })).toMatchObject({ headers: { error: 'overloaded' } })
    expect(error({})).toMatchObject({ headers: { error: 'the agent failed and did not say why' } })
  })

  it('a cancel, by its run or by what it answers', () => {
    const cancel = (transport: Record<string, string>) => say(theirs('ai-cancel', 's5', transport))
    expect(cancel({ 'run-id': 'run', 'input-codec-message-id': 'asked' })).toMatchObject({ type: 'cancel', target: 'asked' })
    expect(cancel({ 'run-id': 'run' })).toMatchObject({ type: 'cancel', target: 'run' })
    expect(cancel({ 'input-codec-message-id': 'asked' })).toEqual({ type: 'cancel', target: 'asked', clientId: 'ann', at: 2 })
    expect(cancel({ 'event-id': 'e' })).toEqual({ type: 'ignored', reason: 'cancel without a target' })
  })

  it.each([
    ['tool-approval-response', { toolCallId: 'c1', approved: 'true' }, undefined, 'approve', '{}'],
    ['tool-approval-response', { toolCallId: 'c1', approved: 'false', reason: 'no' }, undefined, 'deny', '{"reason":"no"}'],
    ['tool-approval-response', { toolCallId: 'c1' }, undefined, 'deny', '{}'],
    ['tool-result', { toolCallId: 'c1' }, { output: [1] }, 'output', '[1]'],
    ['tool-result', { toolCallId: 'c1' }, 'what is this', 'output', 'null'],
    ['tool-result-error', { toolCallId: 'c1' }, { message: 'no clock' }, 'fault', '{"error":"no clock"}'],
    ['tool-result-error', { toolCallId: 'c1' }, undefined, 'fault', '{"error":"the tool failed"}'],
  ])('the answer of a user: %s %j %j', (kind, codec, data, meaning, text) => {
    const extras = (transport: object) => ({ extras: { ai: { transport, codec: { kind, ...codec } } } })
    for (const transport of [{ 'run-id': 'run' }, { supersedes: 'run' }])
      expect(say(asked('s7', data as string, extras(transport)))).toMatchObject({
        type: 'answer',
        target: 'run',
        call: 'c1',
        kind: meaning,
        text,
        unbound: true,
      })
  })

  it.each([
    ['thought is not a part', answer('create', 's2', '', { kind: 'thought' }), 'run'],
    ['thought is not a part', answer('append', 's2', '{', { kind: 'thought' }), 'run'],
    ['finish is not a part', theirs('ai-output', 's2', { ...run, stream: 'false' }, { codec: { kind: 'finish' } }), 'run'],
    [
      'data-chart is not a part',
      theirs('ai-output', 's2', { ...run, stream: 'false' }, { codec: { kind: 'data-chart', transient: 'true' } }),
      'run',
    ],
    [
      'finish-step is not a part',
      theirs('ai-output', 's2', { ...run, stream: 'false' }, { codec: { kind: 'finish-step' } }),
      'run',
    ],
    ['nothing known is not a part', theirs('ai-output', 's2', { ...run, stream: 'false' }), 'run'],
    ['ai-step-end is not a part', theirs('ai-step-end', 's2', run), 'run'],
    [
      'reasoning is not a part of a prompt',
      asked('s0', 'x', { extras: { ai: { transport: {}, codec: { kind: 'user-message', partType: 'reasoning' } } } }),
      undefined,
    ],
    [
      'tool-result names no call of a run',
      asked('s0', 'x', { extras: { ai: { transport: {}, codec: { kind: 'tool-result' } } } }),
      undefined,
    ],
    [
      'regenerate names no message',
      asked('s0', '', { extras: { ai: { transport: {}, codec: { kind: 'regenerate' } } } }),
      undefined,
    ],
    ['ai-run-end names no run', theirs('ai-run-end', 's5', {}), undefined],
    ['not a message of AI Transport', { serial: 's1', action: 'message.create', data: 'x', clientId: 'bot' }, undefined],
    ['not a message of AI Transport', { serial: 's1', action: 'message.create', extras: { ai: 7 }, clientId: 'bot' }, undefined],
  ])('ignored, with activity if an agent wrote it: %s', (reason, raw, of) => {
    expect(say(raw)).toEqual({ type: 'ignored', reason, ...(of !== undefined && { activityOf: of }) })
  })

  it('no user sets the status of an answer, or its agent’s activity', () => {
    expect(say({ ...ended('complete'), clientId: 'eve' })).toEqual({
      type: 'ignored',
      reason: 'only an agent says how a response stands',
    })
    expect(say({ ...answer('create', 's2', '', { kind: 'reasoning' }), clientId: 'eve' })).toEqual({
      type: 'ignored',
      reason: 'only an agent adds parts to a response',
    })
    // Also where its first version was not shown.
    expect(say({ ...answer('append', 'v2', 'x', { kind: 'reasoning' }), clientId: 'eve' })).toMatchObject({ type: 'ignored' })
    expect(say({ ...answer('create', 's2', 'I am the agent'), clientId: 'eve' })).toMatchObject({ role: 'user' })
  })

  it('an application’s own headers beside theirs', () => {
    const extras = { headers: { tenant: 'a', 'reply-to': 'serial' }, ai: { transport: run } }
    expect(say({ ...begun(), extras })).toMatchObject({ headers: { tenant: 'a', 'reply-to': 'serial', 'run-id': 'run' } })
  })

  it('with a codec of a product’s own: what is text in it', () => {
    const codec = defineAiTransport({ prompt: 'words', texts: ['prose'] })
    const read = (raw: unknown) => normalise(raw, { agent: 'bot', codec })
    expect(read(answer('create', 's2', 'Hi', { kind: 'prose' }))).toMatchObject({ type: 'created', text: 'Hi' })
    expect(read(answer('create', 's2', 'Hi'))).toMatchObject({ type: 'ignored', reason: 'text is not a part' })
    const extras = { ai: { transport: { 'codec-message-id': 'k' }, codec: { kind: 'user-message', partType: 'words' } } }
    expect(read(asked('s0', 'Hi', { extras }))).toMatchObject({ role: 'user', text: 'Hi' })
  })
})

describe('a run is one message', () => {
  const whole = [
    asked(),
    begun(),
    answer('create', 's2', ''),
    answer('append', 'v1', 'Hi'),
    answer('append', 'v2', '!', { status: 'complete' }),
  ]

  it('that streams from its start to its end, whatever the status of its texts', () => {
    const after = (count: number) => shown(heard(whole.slice(0, count)))
    expect(after(1)).toEqual([['Hello?', 'complete']])
    expect(after(2)).toEqual([
      ['Hello?', 'complete'],
      ['', 'streaming'],
    ])
    expect(after(5)).toEqual([
      ['Hello?', 'complete'],
      ['Hi!', 'streaming'],
    ])
    expect(selectStatus(heard(whole))).toBe('streaming')
    const done = heard([...whole, ended('complete')])
    expect(shown(done)[1]).toEqual(['Hi!', 'complete'])
    expect(selectStatus(done)).toBe('ready')
  })

  it('with the serial of its start, the name of its run for a key, and the serial of what it answers', () => {
    const [prompt, response] = selectMessages(heard(whole))
    expect(prompt).toMatchObject({ id: 's0', key: 'asked' })
    expect(response).toMatchObject({ id: 's1', key: 'run', replyTo: 's0', headers: { 'codec-message-id': 'output' } })
    expect(response?.headers).not.toHaveProperty('part')
    // Its prompt is not known yet, so `replyTo` has the prompt's key.
    expect(selectMessages(heard(whole.slice(1)))[0]?.replyTo).toBe('asked')
  })

  it('that failed, although its text has no such status', () => {
    const failed = heard([...whole.slice(0, 4), ended('error', 's9', { 'error-message': 'overloaded' })])
    expect(selectMessages(failed)[1]).toMatchObject({ text: 'Hi', status: 'failed', error: 'overloaded' })
    expect(selectStatus(failed)).toBe('error')
  })

  it('that waits for its user while it is suspended, and goes on when it is resumed', () => {
    const suspended = heard([...whole, theirs('ai-run-suspend', 's5', run)])
    expect(shown(suspended)[1]).toEqual(['Hi!', 'waiting'])
    expect(selectStatus(suspended)).toBe('ready')
    const more = [theirs('ai-run-resume', 's6', run), answer('create', 's7', 'And more', { serial: 's7' })]
    expect(shown(heard(more, suspended))[1]).toEqual(['Hi!\n\nAnd more', 'streaming'])
  })

  it('with a blank line between its texts, and none where there is no text', () => {
    const second = (data: string, transport = {}) => answer('create', 's5', data, { serial: 's5', transport })
    const text = (...more: Record<string, unknown>[]) => selectMessages(heard([...whole, ...more]))[1]?.text
    expect(text(second(''))).toBe('Hi!')
    expect(text(second('More'))).toBe('Hi!\n\nMore')
    expect(text(second(''), answer('create', 's6', 'Most', { serial: 's6' }))).toBe('Hi!\n\nMost')
    expect(text(second(' there', { continues: 's2' }))).toBe('Hi! there')
  })

  it('of which only the last attempt at a step counts', () => {
    const start = (serial: string, step: string) => theirs('ai-step-start', serial, { ...run, 'step-id': step })
    const text = (serial: string, data: string, step: string, attempt: string) =>
      answer('create', serial, data, { serial, transport: { 'step-id': step, 'step-start-serial': attempt } })
    const once = [start('s2', 'one'), text('s3', 'Fir', 'one', 's2')]
    expect(shown(heard([begun(), ...once]))).toEqual([['Fir', 'streaming']])
    // The text of an attempt is dropped as soon as the step starts again.
    const again = [...once, start('s4', 'one')]
    expect(shown(heard([begun(), ...again]))).toEqual([['', 'streaming']])
    const all = [
      ...again,
      text('s5', 'First', 'one', 's4'),
      start('s6', 'two'),
      text('s7', 'Second', 'two', 's6'),
      ended('complete'),
    ]
    expect(shown(heard([begun(), ...all]))).toEqual([['First\n\nSecond', 'complete']])
    expect(shown(heard([begun(), ...all].map(snapshot).toReversed()))).toEqual([['First\n\nSecond', 'complete']])
    // The first attempt was only slow: its text does not count after the second has begun, also where no step is named.
    const late = [
      text('s8', 'slow', 'one', 's2'),
      answer('create', 's8b', 'of no step', { serial: 's8b', transport: { 'step-start-serial': 's2' } }),
    ]
    expect(shown(heard([begun(), ...all, ...late]))).toEqual([['First\n\nSecond\n\nof no step', 'complete']])
    const bare = answer('create', 's3b', 'of no attempt', { serial: 's3b', transport: { 'step-id': 'one' } })
    expect(shown(heard([begun(), ...all, bare]))).toEqual([['of no attempt\n\nFirst\n\nSecond', 'complete']])
  })

  it('so is a prompt of several texts; a prompt sent into a run needs no response of its own', () => {
    const transport = { 'codec-message-id': 'asked' }
    const extras = { ai: { transport, codec: { kind: 'user-message', partType: 'text' } } }
    expect(shown(heard([asked('s0', 'One', { extras }), asked('s1', 'Two', { extras })]))).toEqual([['One\n\nTwo', 'complete']])
    const steer = theirs(
      'ai-input',
      's3',
      { 'codec-message-id': 'more', 'run-id': 'run' },
      {
        data: 'Shorter!',
        codec: { kind: 'user-message', partType: 'text' },
      },
    )
    const state = heard([...whole, steer, ended('complete')])
    expect(shown(state)).toEqual([
      ['Hello?', 'complete'],
      ['Hi!', 'complete'],
      ['Shorter!', 'complete'],
    ])
    expect(selectUnanswered(state)).toBeUndefined()
    expect(selectStatus(state)).toBe('ready')
    expect(selectPromptStates(state).get('s3')).toBe('taken-in')
  })

  it('that no other author can add to', () => {
    const forged = { ...answer('create', 's5', 'forged', { serial: 's5' }), clientId: 'eve' }
    expect(shown(heard([...whole, forged])).at(1)).toEqual(['Hi!', 'streaming'])
    const prompt = asked('s1', 'forged', { clientId: 'eve' })
    expect(shown(heard([asked(), prompt]))).toEqual([
      ['Hello?', 'complete'],
      ['forged', 'complete'],
    ])
    // One agent may take over from another.
    const taken = say({ ...ended('complete'), clientId: 'bot-2' }, { agent: ['bot', 'bot-2'] })
    expect(shown(heard([...whole, taken])).at(1)).toEqual(['Hi!', 'complete'])
  })
})

describe('a redaction removes the text', () => {
  const said = [begun(), answer('create', 's2', 'a secret')]
  const update = answer('update', 'v5', '[redacted]')

  it('by an update, with or without extras', () => {
    expect(shown(heard([...said, update]))).toEqual([['[redacted]', 'streaming']])
    expect(shown(heard([...said, { ...update, extras: { headers: { why: 'asked to' } } }]))).toEqual([
      ['[redacted]', 'streaming'],
    ])
    expect(shown(heard([...said, { ...update, extras: undefined, data: { redacted: true } }]))).toEqual([['', 'streaming']])
    expect(shown(heard([...said, ended('complete'), update]))).toEqual([['[redacted]', 'complete']])
  })

  it('by a delete: of the only text, or of one of two', () => {
    const gone = answer('delete', 'v5', 'a secret')
    expect(shown(heard([...said, gone]))).toEqual([['', 'deleted']])
    expect(shown(heard([...said, ended('complete'), { ...gone, extras: undefined }]))).toEqual([['', 'deleted']])
    const other = answer('create', 's3', 'the rest', { serial: 's3' })
    expect(shown(heard([...said, other, gone, ended('complete')]))).toEqual([['the rest', 'complete']])
  })

  it('a change of a message that is not shown shows nothing', () => {
    const foreign = { serial: 'x', action: 'message.update', version: { serial: 'v1' }, data: 'x', clientId: 'bot' }
    expect(say(foreign)).toMatchObject({ type: 'replaced', revises: true })
    for (const action of ['update', 'append', 'delete']) {
      const state = heard(said)
      expect(heard([{ ...foreign, action: `message.${action}` }], state)).toBe(state)
      expect(heard([snapshot({ ...foreign, action: `message.${action}` })], state)).toBe(state)
    }
  })
})

describe('the codec for AI Transport publishes', () => {
  it('a prompt that its agents find, with the last message as parent', () => {
    const state = heard([asked(), begun(), answer('create', 's2', 'Hi', { status: 'complete' }), ended('complete')])
    const draft = { key: 'k', text: 'And?', clientId: 'ann', headers: { tenant: 'a' }, messages: selectMessages(state) }
    const message = aiTransport.prompt?.(draft)
    expect(message).toEqual({
      id: 'k',
      name: 'ai-input',
      data: 'And?',
      extras: {
        headers: { tenant: 'a' },
        ai: {
          transport: {
            role: 'user',
            'codec-message-id': 'k',
            'event-id': 'k',
            'run-client-id': 'ann',
            parent: 'output',
            stream: 'false',
            discrete: 'true',
          },
          codec: { kind: 'user-message', messageId: 'k', partType: 'text' },
        },
      },
    })
    const event = say({ ...message, serial: 's9', action: 'message.create', clientId: 'ann' })
    expect(event).toMatchObject({ role: 'user', text: 'And?', messageId: 'k', headers: { tenant: 'a' } })
    const { headers } = event as { headers: Record<string, string> } // As just seen.
    expect(invocationOf({ channelName: 'ai:x', headers })).toEqual({ inputEventId: 'k', sessionName: 'ai:x' })
    // A prompt that is sent again is a new prompt: it has none of the old one's transport headers.
    const again = aiTransport.prompt?.({ ...draft, key: 'l', headers, messages: [], clientId: undefined })
    expect(again?.extras).toMatchObject({ headers: { tenant: 'a' }, ai: { transport: { 'event-id': 'l' } } })
    expect(Object.keys(again?.extras['headers'] as object)).toEqual(['tenant'])
    expect(aiTransport.prompt?.({ ...draft, headers: undefined }).extras).not.toHaveProperty('headers')
  })

  it('with the right parent: not an answer without text, but also a prompt that is still being sent', () => {
    const parent = (state: Conversation, key = 'k') => {
      const draft = { key, text: 'x', clientId: undefined, headers: undefined, messages: selectMessages(state) }
      return aiTransport.prompt?.(draft).extras['ai']
    }
    expect(parent(heard([]))).not.toHaveProperty('transport.parent')
    expect(parent(heard([asked(), begun(), ended('error')]))).toHaveProperty('transport.parent', 'asked')
    const sending = heard([asked(), { type: 'prompt-sent', key: 'p', text: 'x', at: 1 }])
    expect(parent(sending)).toHaveProperty('transport.parent', 'p')
    expect(parent(sending, 'p')).toHaveProperty('transport.parent', 'asked')
    const failed = heard([{ type: 'prompt-failed', key: 'p', error: 'x' }], sending)
    expect(parent(failed)).toHaveProperty('transport.parent', 'asked')
  })

  it('a cancel that its agents obey: of a run, or of a prompt without a run', () => {
    const [prompt, response] = selectMessages(heard([asked(), begun()]))
    const transport = (message: typeof prompt) => aiTransport.cancel?.(message!, 'id').extras['ai']
    expect(transport(response)).toEqual({ transport: { 'event-id': 'id', 'run-id': 'run', 'input-codec-message-id': 'asked' } })
    expect(transport(prompt)).toEqual({ transport: { 'event-id': 'id', 'input-codec-message-id': 'asked' } })
  })

  const draftOf = (more: object = {}) => ({ key: 'k', text: 'x', clientId: 'ann', headers: undefined, messages: [], ...more })

  it('a prompt with files as a message for each of its parts', () => {
    const image = { url: 'https://a.example/a.png', mediaType: 'image/png', name: 'a.png', alt: 'an a' }
    const other = { url: 'https://a.example/b', mediaType: 'a/b' }
    const written = (more: object) =>
      aiTransport.promptWithFiles!(draftOf(more)).map(({ id, name, data, extras }) => {
        const { codec } = extras['ai'] as { readonly codec: object }
        return [id, name, data, codec]
      })
    const codec = { kind: 'user-message', messageId: 'k' }
    const file = { ...codec, partType: 'file', mediaType: 'image/png', filename: 'a.png', alt: 'an a' }
    expect(written({ files: [image, other] })).toStrictEqual([
      ['k:0', 'ai-input', 'x', { ...codec, partType: 'text' }],
      ['k:1', 'ai-input', image.url, file],
      ['k:2', 'ai-input', other.url, { ...codec, partType: 'file', mediaType: 'a/b' }],
    ])
    expect(written({ text: '', files: [image] })).toStrictEqual([['k', 'ai-input', image.url, file]])
    expect(written({ text: '', files: [image, other] }).map(([id]) => id)).toEqual(['k:0', 'k:1'])
    expect(written({})).toStrictEqual([['k', 'ai-input', 'x', { ...codec, partType: 'text' }]])
  })

  it('a prompt with its own headers, and without what is not known', () => {
    const headers = { tenant: 'a', 'reply-to': 's0', 'run-id': 'r', role: 'assistant', parts: 'true' }
    const { extras, data } = aiTransport.prompt!(draftOf({ headers, traceparent: 't', clientId: undefined }))
    expect(extras['headers']).toStrictEqual({ tenant: 'a', traceparent: 't' })
    expect(extras['ai']).toStrictEqual({
      transport: { role: 'user', 'codec-message-id': 'k', 'event-id': 'k', stream: 'false', discrete: 'true' },
      codec: { kind: 'user-message', messageId: 'k', partType: 'text' },
    })
    expect(data).toBe('x')
    expect(aiTransport.prompt!(draftOf({ again: 's9' }))).toMatchObject({
      data: '',
      extras: { ai: { codec: { kind: 'regenerate' } } },
    })
  })

  it('a cancel with what is known', () => {
    const message = (more: object) => ({ role: 'assistant', key: 'k', headers: {}, ...more }) as never
    const cancel = (more: object) => aiTransport.cancel!(message(more), 'id')
    expect(cancel({})).toStrictEqual({ name: 'ai-cancel', extras: { ai: { transport: { 'event-id': 'id' } } } })
    expect(cancel({ role: 'user' }).extras).toStrictEqual({
      ai: { transport: { 'event-id': 'id', 'input-codec-message-id': 'k' } },
    })
  })

  it('no invocation of a prompt in another format', () => {
    expect(() => invocationOf({ channelName: 'x' })).toThrow(/unable to wake the agent/)
    const headers = { 'event-id': 'e' }
    expect(invocationOf({ channelName: 'x', headers, answerId: 'a' })).toEqual({ inputEventId: 'a', sessionName: 'x' })
  })
})

describe('a prompt that another user calls as somebody has called hers', () => {
  const named = (codecMessageId: string) => ({
    ai: { transport: { 'codec-message-id': codecMessageId }, codec: { kind: 'user-message', partType: 'text' } },
  })
  const forged = (serial: string, name: string, more: Readonly<Record<string, unknown>> = {}) =>
    asked(serial, 'forged', { clientId: 'mallory', extras: named(name), ...more })
  const by = (author: string) => ({ transport: { 'input-client-id': author } })
  const repliesTo = (all: readonly Record<string, unknown>[]) =>
    selectMessages(heard(all)).findLast(({ role }) => role === 'assistant')?.replyTo

  it.each([
    ['before it', [forged('r9', 'asked'), asked('s0')]],
    ['after it', [asked('s0'), forged('s1', 'asked')]],
    ['before it, and history is read backwards', [asked('s0'), forged('r9', 'asked')]],
    ['after it, and history is read backwards', [forged('s1', 'asked'), asked('s0')]],
    [
      'as she renames what she has said before',
      [forged('r9', 'hers'), asked('s0'), forged('r9', 'asked', { action: 'message.update', version: { serial: 's8' } })],
    ],
  ])('keeps its answer: %s', (_, prompts) => {
    const text = answer('create', 's2', 'for ann', by('ann'))
    for (const all of [
      [...prompts, text],
      [text, ...prompts],
    ]) {
      expect(repliesTo(all)).toBe('s0')
      const deleted = forged(String(prompts.find(({ clientId }) => clientId === 'mallory')!['serial']), 'asked', {
        action: 'message.delete',
        version: { serial: 's9' },
      })
      expect(selectMessages(heard([...all, deleted])).find(({ role }) => role === 'assistant')?.status).toBe('streaming')
      expect(repliesTo([...all, deleted])).toBe('s0')
      const own = asked('s0', '', { action: 'message.delete', version: { serial: 's9' } })
      expect(selectMessages(heard([...all, own])).find(({ role }) => role === 'assistant')?.status).toBe('cancelled')
    }
  })

  it('takes no answer of a prompt that is not read yet', () => {
    expect(repliesTo([forged('r9', 'asked'), answer('create', 's2', 'for ann', by('ann'))])).toBe('asked')
  })

  it('of an agent that does not say who asked keeps its answer where it is the older one', () => {
    const transport = { transport: { 'input-client-id': '' } }
    expect(repliesTo([forged('s1', 'asked'), asked('s0'), answer('create', 's2', 'for ann', transport)])).toBe('s0')
  })

  it('of an agent that does not say who asked keeps its answer, though an older prompt takes its name later', () => {
    const renamed = forged('r9', 'asked', { action: 'message.update', version: { serial: 's8' } })
    const text = answer('create', 's2', 'for ann', { transport: { 'input-client-id': '' } })
    const gone = forged('r9', 'asked', { action: 'message.delete', version: { serial: 's9' } })
    for (const all of [
      [forged('r9', 'hers'), asked('s0'), text, renamed],
      [forged('r9', 'hers'), asked('s0'), renamed, text],
      [renamed, asked('s0'), text],
      [text, asked('s0'), renamed],
    ]) {
      expect(repliesTo(all)).toBe('s0')
      expect(repliesTo([...all, gone])).toBe('s0')
      expect(selectMessages(heard([...all, gone])).find(({ role }) => role === 'assistant')?.status).toBe('streaming')
    }
  })

  it('of an agent that does not say who asked keeps its answer where the other was deleted, and if all were, where it is the older one', () => {
    const text = answer('create', 's2', 'for ann', { transport: { 'input-client-id': '' } })
    const edited = asked('s0', 'Hello!', { action: 'message.update', version: { serial: 's8' } })
    const deleted = (version: string) => forged('r7', 'asked', { action: 'message.delete', version: { serial: version } })
    for (const all of [
      [deleted('r8'), edited, text],
      [text, edited, deleted('r8')],
    ]) {
      expect(repliesTo(all)).toBe('s0')
      expect(selectMessages(heard(all)).find(({ role }) => role === 'assistant')?.status).toBe('streaming')
    }
    const own = asked('s0', '', { action: 'message.delete', version: { serial: 's5' } })
    for (const all of [
      [deleted('s9'), own, text],
      [text, own, deleted('s9')],
    ]) {
      expect(repliesTo(all)).toBe('s0')
      expect(selectMessages(heard(all)).find(({ role }) => role === 'assistant')?.status).toBe('cancelled')
    }
  })

  it('of an agent that does not say who asked gets the answer back when the other one becomes the newer', () => {
    const text = answer('create', 's2', 'for ann', { transport: { 'input-client-id': '' } })
    const first = [
      forged('m1', 'asked', { action: 'message.delete', version: { serial: 'm9' } }),
      forged('m2', 'asked'),
      asked('s0'),
    ]
    const renewed = forged('m2', 'asked', { action: 'message.update', version: { serial: 's9' } })
    const status = (all: readonly Record<string, unknown>[]) =>
      selectMessages(heard(all)).find(({ role }) => role === 'assistant')?.status
    expect(status([...first, text])).toBe('cancelled')
    for (const all of [
      [...first, text, renewed],
      [text, ...first, renewed],
      [renewed, text, ...first],
    ])
      expect([status(all), repliesTo(all)]).toEqual(['streaming', 's0'])
  })

  it('keeps its answer, whatever a user has said whose run it is: agents repeat that from the prompt', () => {
    const claimed = { transport: { 'run-client-id': 'mallory' } }
    expect(repliesTo([asked('s0'), forged('s1', 'asked'), answer('create', 's2', 'for ann', claimed)])).toBe('s0')
    const own = { transport: { 'run-client-id': 'ann', 'input-client-id': 'mallory' } }
    expect(repliesTo([asked('s0'), forged('s1', 'asked'), answer('create', 's2', 'for mallory', own)])).toBe('s1')
  })

  it('is not taken for the serial that an agent names', () => {
    const text = answer('create', 's2', 'for ann', { transport: { 'input-codec-message-id': 's0', ...by('ann').transport } })
    expect(repliesTo([asked('s0'), forged('s1', 's0'), text])).toBe('s0')
    expect(repliesTo([text, forged('s1', 's0'), asked('s0')])).toBe('s0')
  })

  it('is stopped by its own name', () => {
    const prompt = selectMessages(heard([forged('r9', 'asked'), asked('s0')])).find(({ id }) => id === 's0')!
    expect(aiTransport.cancel?.(prompt, 'id')).toMatchObject({
      extras: { ai: { transport: { 'input-codec-message-id': 'asked' } } },
    })
  })
})
