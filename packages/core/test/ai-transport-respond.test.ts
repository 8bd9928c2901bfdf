import { describe, expect, it } from 'vitest'
import type { Headers } from '@streamfold/core'
import type { Outbound, ResponseWire } from '@streamfold/core/codec'
import type { Draft } from '@streamfold/core/transport'
import { normalise } from '@streamfold/core'
import { aiTransport, aiTransportAgent } from '@streamfold/core/ai-transport'

interface Written {
  readonly do: 'publish' | 'append' | 'update'
  readonly serial: string
  readonly message: Outbound
}

/** A channel that records operations. @param refuses whether it rejects the n-th operation */
function channel(refuses: (n: number) => boolean = () => false) {
  const written: Written[] = []
  const known = new Map<string, { headers: Headers; clientId: string | undefined }>()
  let calls = 0
  const write = (what: Written['do'], message: Outbound, serial = `s${calls + 1}`): Promise<string> => {
    calls += 1
    if (refuses(calls)) return Promise.reject(new Error(`refused ${calls}`))
    written.push({ do: what, serial, message })
    return Promise.resolve(serial)
  }
  const wire: ResponseWire = {
    publish: (message) => write('publish', message),
    append: (serial, message) => write('append', message, serial).then((version) => ({ version })),
    update: (serial, message) => write('update', message, serial).then((version) => ({ version })),
    read: (serial) => Promise.resolve(known.get(serial)),
    randomId: () => 'random',
  }
  return { wire, written, known, writer: aiTransportAgent.respond!(wire) }
}

const transportOf = ({ message: { extras } }: Written) => (extras['ai'] as { transport: Headers }).transport
const said = (written: readonly Written[]) =>
  written.map((each) => {
    const { status, 'run-reason': reason } = transportOf(each)
    return [each.do, each.message.name, each.serial, each.message.data, reason ?? status]
      .filter((part) => part !== undefined)
      .join(' ')
  })

const draft = (status: string, text = '', more: Headers = {}): Draft => ({
  text,
  headers: { role: 'assistant', status, ...more },
})

describe('a response, written as a run of AI Transport', () => {
  it('is suspended while it waits for a person, and resumed or ended afterwards', async () => {
    const call =
      '\u{1e}{"type":"tool","id":"c","name":"invite"}\n{}\u{1e}{"type":"input","id":"c"}\n\u{1e}{"type":"ask","id":"c","approval":"a"}\n'
    const framed = (status: string, text = ''): Draft => draft(status, text, { format: 'parts/1' })
    for (const [status, mark] of [
      ['streaming', 'ai-run-resume'],
      ['cancelled', 'ai-run-end'],
    ] as const) {
      const { writer, written } = channel()
      const { serial } = await writer.create({ ...framed('streaming'), id: 'r' })
      await writer.append(serial, framed('streaming', call))
      await writer.update(serial, framed('waiting', call))
      await writer.update(serial, framed('waiting', call))
      const marks = () => written.map(({ message: { name } }) => name).filter((name) => name?.startsWith('ai-run-'))
      expect(marks()).toEqual(['ai-run-start', 'ai-run-suspend'])
      await writer.update(serial, framed(status, call))
      expect(marks()).toEqual(['ai-run-start', 'ai-run-suspend', mark])
    }
  })

  it('is its text, then its start; ends with its last text, once', async () => {
    const { writer, written } = channel()
    const { serial } = await writer.create({ ...draft('streaming'), id: 'r' })
    await writer.append(serial, draft('streaming', 'Hi'))
    await writer.update(serial, draft('streaming', 'Hi!'))
    await Promise.all([writer.append(serial, draft('complete')), writer.update(serial, draft('complete', 'Hi!'))])
    expect(said(written)).toEqual([
      'publish ai-output s1  streaming',
      'publish ai-run-start s2',
      'append ai-output s1 Hi streaming',
      'update ai-output s1 Hi! streaming',
      'append ai-output s1  complete',
      'publish ai-run-end s6 complete',
      'update ai-output s1 Hi! complete',
    ])
    expect(written.map(({ message }) => message.id)).toEqual([
      'r',
      'r-start-random',
      undefined,
      undefined,
      undefined,
      'r-end-random',
      undefined,
    ])
  })

  it('begins no run if another author has published under its id first', async () => {
    const { writer, written } = channel()
    const asked: string[] = []
    const mayContinue = async (serial: string) => asked.push(serial) === 0
    expect(await writer.create({ ...draft('streaming'), id: 'r', mayContinue })).toEqual({ serial: 's1' })
    expect(asked).toEqual(['s1'])
    expect(said(written)).toEqual(['publish ai-output s1  streaming'])
  })

  it.each([
    [
      'with parts',
      { format: 'parts/1' },
      'Hi\u{1e}{"type":"data","name":"d"}\n1\u{1e}{"type":"end"}\n',
      ['update ai-output s0', 'publish ai-step-start', 'publish ai-output', 'update ai-output s0', 'publish ai-run-resume'],
    ],
    ['of text alone', {}, 'Hi', ['update ai-output s0', 'publish ai-run-resume']],
  ])('%s is claimed by its first message alone, and goes on only if that was first', async (_, format: Headers, data, goesOn) => {
    const { writer, written, known } = channel()
    const claim = (mayContinue?: (serial: string) => Promise<boolean>) =>
      writer.update('s0', { ...draft('streaming', data, { ...format, run: '2.x' }), ...(mayContinue && { mayContinue }) })
    known.set('s0', {
      headers: { 'run-id': 'r', 'stream-id': 'text-1', ...(format['format'] !== undefined && { parts: 'true' }) },
      clientId: 'bot',
    })
    const asked: unknown[] = []
    const no = async (serial: string) => asked.push([serial, said(written)]) === 0
    expect(await claim(no)).toEqual({ version: null })
    const first = 'update ai-output s0 Hi streaming'
    expect(asked).toEqual([['s0', [first]]])
    expect(said(written)).toEqual([first])
    expect(written[0]!.message.extras).toMatchObject({ headers: { run: '2.x' } })
    written.length = 0
    await claim(() => Promise.resolve(true))
    expect(
      written.map(({ do: what, serial, message: { name } }) => `${what} ${name}${what === 'publish' ? '' : ` ${serial}`}`),
    ).toEqual(goesOn)
    expect(said(written)[0]).toBe(first)
  })

  it('names its run and its prompt, and keeps its own headers beside', async () => {
    const { writer, written, known } = channel()
    known.set('p', { headers: { 'codec-message-id': 'asked' }, clientId: 'ann' })
    const { serial } = await writer.create({ ...draft('streaming', '', { 'reply-to': 'p', run: '1.x', tenant: 'a' }), id: 'r' })
    const run = {
      'run-id': 'r',
      'invocation-id': 'r',
      'run-client-id': 'ann',
      'input-client-id': 'ann',
      parent: 'asked',
      'input-codec-message-id': 'asked',
    }
    expect(transportOf(written[0]!)).toEqual({
      ...run,
      role: 'assistant',
      'codec-message-id': 'r',
      stream: 'true',
      status: 'streaming',
      'stream-id': 'text-1',
    })
    expect(transportOf(written[1]!)).toEqual(run)
    const event = normalise(
      { ...written[0]!.message, serial, action: 'message.create', clientId: 'bot' },
      { agent: 'bot', codec: aiTransport },
    )
    expect(event).toMatchObject({
      role: 'assistant',
      headers: { 'reply-to': 'p', run: '1.x', tenant: 'a' },
      fields: { placement: { group: 'r' } },
    })
    const append = { ...written[0]!.message, serial, action: 'message.append', clientId: 'bot', data: 'x' }
    expect(normalise(append, { agent: 'bot', codec: aiTransport })).toMatchObject({ headers: { run: '1.x' } })
  })

  it('works without a prompt and without an id', async () => {
    const { writer, written } = channel()
    await writer.create(draft('cancelled', '', { 'reply-to': 'unknown' }))
    expect(transportOf(written[0]!)).toMatchObject({ 'run-id': 'random', 'run-client-id': '', status: 'cancelled' })
    expect(transportOf(written[0]!)).not.toHaveProperty('parent')
    expect(said(written)).toEqual([
      'publish ai-output s1  cancelled',
      'publish ai-run-start s2',
      'publish ai-run-end s3 cancelled',
    ])
  })

  it('fails as a run: its text is cancelled, the reason is with the end', async () => {
    const { writer, written } = channel()
    const { serial } = await writer.create({ ...draft('streaming'), id: 'r' })
    await writer.append(serial, draft('failed', '', { error: 'overloaded' }))
    expect(said(written).slice(2)).toEqual(['append ai-output s1  cancelled', 'publish ai-run-end s4 error'])
    expect(transportOf(written[3]!)).toMatchObject({ 'error-code': '104000', 'error-message': 'overloaded' })
    const other = channel()
    await other.writer.create(draft('failed'))
    expect(transportOf(other.written[2]!)).toMatchObject({ 'error-message': 'the agent failed' })
  })

  it('that outgrows a message goes on in the same run, which ends with the last of them', async () => {
    const { writer, written } = channel()
    const first = await writer.create({ ...draft('streaming', 'One'), id: 'r' })
    const next = await writer.create({ ...draft('streaming', 'Two', { continues: first.serial }), id: 'r-2' })
    await writer.append(first.serial, draft('complete'))
    await writer.append(next.serial, draft('complete', '', { continues: first.serial }))
    expect(said(written)).toEqual([
      'publish ai-output s1 One streaming',
      'publish ai-run-start s2',
      'publish ai-output s3 Two streaming',
      'append ai-output s1  complete',
      'append ai-output s3  complete',
      'publish ai-run-end s6 complete',
    ])
    expect(written.map((each) => transportOf(each)['run-id'])).toEqual(Array.from(written, () => 'r'))
    expect([transportOf(written[0]!)['stream-id'], transportOf(written[2]!)['stream-id']]).toEqual(['text-1', 'text-2'])
  })

  it('names each end of its run, and only a failed one has an error', async () => {
    const { writer, written } = channel()
    const { serial } = await writer.create({ ...draft('streaming'), id: 'r' })
    await writer.update(serial, draft('waiting', 'Well?'))
    await writer.update(serial, draft('streaming', 'Well?'))
    await writer.update(serial, draft('waiting', 'Well?'))
    await writer.update(serial, draft('complete', 'Well.'))
    const marks = written.filter(({ message: { name } }) => name?.startsWith('ai-run-')).slice(1)
    expect(marks.map(({ message }) => [message.name, message.id])).toEqual([
      ['ai-run-suspend', 'r-end-random'],
      ['ai-run-resume', undefined],
      ['ai-run-suspend', 'r-end-random-1'],
      ['ai-run-end', 'r-end-random-2'],
    ])
    expect(Object.keys(marks[1]!.message)).toEqual(['name', 'extras'])
    for (const suspended of [marks[0]!, marks[2]!]) expect(transportOf(suspended)).not.toHaveProperty('run-reason')
    expect(transportOf(marks[3]!)).not.toHaveProperty('error-code')
  })

  it('streams for clients of AI Transport while it waits, and where no status is given', async () => {
    const { writer, written } = channel()
    const { serial } = await writer.create({ text: '', headers: { role: 'assistant', tenant: 'a', format: 'other' } })
    await writer.update(serial, draft('waiting'))
    expect(said(written).slice(0, 3)).toEqual([
      'publish ai-output s1  streaming',
      'publish ai-run-start s2',
      'update ai-output s1  streaming',
    ])
    expect(written[0]!.message).not.toHaveProperty('id')
    expect(written[0]!.message.extras['headers']).toEqual({ tenant: 'a' })
  })

  it('stays suspended if its end was refused', async () => {
    const { writer, written } = channel((n) => n === 6)
    const { serial } = await writer.create({ ...draft('streaming'), id: 'r' })
    await writer.update(serial, draft('waiting'))
    await expect(writer.update(serial, draft('complete'))).rejects.toThrow('refused 6')
    await writer.update(serial, draft('waiting'))
    expect(written.filter(({ message: { name } }) => name === 'ai-run-suspend')).toHaveLength(1)
  })

  it('that another writer has begun is resumed also after its end was refused', async () => {
    const { writer, written } = channel((n) => n === 2)
    await expect(writer.append('s0', draft('failed'))).rejects.toThrow('refused 2')
    await writer.update('s0', draft('streaming'))
    expect(written.map(({ message: { name } }) => name)).toEqual(['ai-output', 'ai-output', 'ai-run-resume'])
  })

  it('asks for no prompt if it answers none', async () => {
    const there = channel()
    const asked: string[] = []
    const read = (serial: string) => {
      asked.push(serial)
      return there.wire.read(serial)
    }
    await aiTransportAgent.respond!({ ...there.wire, read }).create(draft('streaming'))
    expect(asked).toEqual([])
  })

  it.each<[string, Headers, Headers]>([
    ['a prompt', { parent: 'before', 'msg-regenerate': 'old' }, { parent: 'asked' }],
    ['a request without a place', { again: 'x' }, { parent: 'asked' }],
    ['a request', { again: 'x', parent: 'before', 'msg-regenerate': 'old' }, { parent: 'before', 'msg-regenerate': 'old' }],
  ])('is where its clients expect it: %s', async (_, headers, place) => {
    const { writer, written, known } = channel()
    known.set('p', { headers: { 'codec-message-id': 'asked', ...headers }, clientId: 'ann' })
    await writer.create({ ...draft('streaming', '', { 'reply-to': 'p' }), id: 'r' })
    expect(transportOf(written[1]!)).toStrictEqual({
      'run-id': 'r',
      'invocation-id': 'r',
      'run-client-id': 'ann',
      'input-client-id': 'ann',
      'input-codec-message-id': 'asked',
      ...place,
    })
  })

  it('can be closed or rewritten by another writer', async () => {
    const headers = { 'run-id': 'r', 'stream-id': 'text-1', 'invocation-id': 'i', parent: 'asked', tenant: 'a', stream: 'true' }
    const left = () => {
      const there = channel()
      there.known.set('s0', { headers, clientId: 'bot' })
      return there
    }
    const closed = left()
    await closed.writer.append('s0', draft('failed'))
    expect(said(closed.written)).toEqual(['append ai-output s0  cancelled', 'publish ai-run-end s2 error'])
    expect(transportOf(closed.written[0]!)).toMatchObject({
      'run-id': 'r',
      'stream-id': 'text-1',
      'invocation-id': 'i',
      parent: 'asked',
    })
    expect(transportOf(closed.written[0]!)).not.toHaveProperty('tenant')
    const anew = left()
    await anew.writer.update('s0', draft('streaming'))
    await anew.writer.update('s0', draft('streaming', 'x'))
    await anew.writer.append('s0', draft('complete'))
    await anew.writer.update('s0', draft('streaming'))
    expect(said(anew.written)).toEqual([
      'update ai-output s0  streaming',
      'publish ai-run-resume s2',
      'update ai-output s0 x streaming',
      'append ai-output s0  complete',
      'publish ai-run-end s5 complete',
      'update ai-output s0  streaming',
      'publish ai-run-resume s7',
    ])
    const unknown = channel()
    await unknown.writer.append('s0', draft('streaming', 'x'))
    expect(transportOf(unknown.written[0]!)).toMatchObject({ 'run-id': 's0', 'stream-id': 'text' })
  })

  it('rejects a refused operation, also its start and end, and can be repeated', async () => {
    const start = channel((n) => n === 2)
    await expect(start.writer.create({ ...draft('streaming'), id: 'r' })).rejects.toThrow('refused 2')
    const end = channel((n) => n === 4)
    const { serial } = await end.writer.create({ ...draft('streaming'), id: 'r' })
    await expect(end.writer.append(serial, draft('complete'))).rejects.toThrow('refused 4')
    await end.writer.update(serial, draft('complete', 'x'))
    expect(said(end.written).slice(2)).toEqual([
      'append ai-output s1  complete',
      'update ai-output s1 x complete',
      'publish ai-run-end s6 complete',
    ])
  })

  it('is remembered for as long as a thousand others', async () => {
    const { writer, written, known } = channel()
    const first = await writer.create({ ...draft('complete'), id: 'first' })
    known.set(first.serial, { headers: { 'run-id': 'read' }, clientId: 'bot' })
    await writer.update(first.serial, draft('complete'))
    expect(transportOf(written.at(-1)!)['run-id']).toBe('first')
    for (let n = 0; n < 1_000; n++) await writer.create({ ...draft('complete'), id: `r${n}` })
    await writer.update(first.serial, draft('streaming'))
    expect(transportOf(written.at(-2)!)['run-id']).toBe('read')
  })
})
