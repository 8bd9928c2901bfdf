import type { Conversation, Message, NormaliseOptions } from '@streamfold/core'
import {
  emptyConversation,
  fromJSON,
  normalise,
  reduce,
  selectMessages,
  selectPath,
  selectPrompt,
  selectPromptStates,
  selectSiblings,
  selectStatus,
  selectUnanswered,
  toJSON,
} from '@streamfold/core'
import { aiTransport, aiTransportAgent } from '@streamfold/core/ai-transport'
import { whyIgnored } from '@streamfold/core/log'
import { forgetOlder } from '@streamfold/core/transport'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { attached } from './build.ts'
import { heard, say, theirs } from './theirs.ts'

type Raw = Readonly<Record<string, unknown>>
type Strings = Readonly<Record<string, string>>

/** A prompt that is called like its text. */
const prompt = (serial: string, text: string, transport: Strings = {}, by = 'ann'): Raw => ({
  ...theirs(
    'ai-input',
    serial,
    { role: 'user', 'codec-message-id': text, 'event-id': `event of ${text}`, ...transport },
    { data: text, codec: { kind: 'user-message', partType: 'text' } },
  ),
  clientId: by,
})
const request = (serial: string, name: string, transport: Strings, by = 'ann'): Raw => ({
  ...theirs(
    'ai-input',
    serial,
    { role: 'user', 'codec-message-id': name, ...transport },
    { data: '', codec: { kind: 'regenerate' } },
  ),
  clientId: by,
})
/** A run that is called `run of` its text, with one message that is called like its text. */
const response = (serial: string, text: string, parent: string, input = parent): readonly Raw[] => {
  const run = { 'run-id': `run of ${text}`, parent, 'input-codec-message-id': input }
  const said = { ...run, role: 'assistant', 'codec-message-id': text, stream: 'true', status: 'complete' }
  return [
    theirs('ai-run-start', serial, run),
    theirs('ai-output', `${serial}a`, said, { data: text, codec: { kind: 'text' } }),
    theirs('ai-run-end', `${serial}b`, { ...run, 'run-reason': 'complete' }),
  ]
}

const texts = (messages: readonly Message[]) => messages.map(({ text }) => text)
const path = (state: Conversation, head?: string) => texts(selectPath(state, head))

const line = [prompt('s1', 'One?'), ...response('s2', 'One.', 'One?'), prompt('s3', 'Two?', { parent: 'One.' })]
const regenerated = [
  ...line,
  request('s4', 'again', { parent: 'One?', 'msg-regenerate': 'One.' }),
  ...response('s5', 'Uno.', 'One?', 'again'),
]

describe('branches of AI Transport', () => {
  it('are none in a line: the path is the messages', () => {
    const state = heard(line)
    expect(selectPath(state)).toBe(selectMessages(state))
    expect(selectMessages(state)[2]).toMatchObject({ parent: 's2' })
    // Two users may say something at the same time.
    const both = heard([...line, prompt('s4', 'And?', { parent: 'One.' }, 'ben')])
    expect(selectPath(both)).toBe(selectMessages(both))
  })

  it('are the responses to one prompt, also to those that somebody else has asked for', () => {
    const state = heard(regenerated)
    expect(path(state)).toEqual(['One?', 'Uno.'])
    expect(texts(selectSiblings(state, 's2'))).toEqual(['One.', 'Uno.'])
    expect(path(state, 's2')).toEqual(['One?', 'One.', 'Two?'])
    expect(path(state, 's3')).toEqual(['One?', 'One.', 'Two?'])
    expect(path(state, 's4')).toEqual(['One?', 'Uno.'])
    expect(selectPrompt(state, 's5')).toMatchObject({ id: 's1' })
    const byEve = heard(regenerated.map((raw) => (raw['serial'] === 's4' ? { ...raw, clientId: 'eve' } : raw)))
    // The agent has answered it, and says where the response is.
    expect(path(byEve)).toEqual(['One?', 'Uno.'])
    expect(selectPrompt(byEve, 's5')).toMatchObject({ id: 's1' })
    expect(texts(selectSiblings(byEve, 's5'))).toEqual(['One.', 'Uno.'])
    expect(selectPromptStates(byEve).get('s1')).toBe('answered')
    expect(selectUnanswered(byEve)).toBeUndefined()
    // Nobody has asked: the endpoint of the agent was called twice.
    const twice = heard([prompt('s1', 'One?'), ...response('s2', 'One.', 'One?'), ...response('s3', 'Uno.', 'One?')])
    expect(path(twice)).toEqual(['One?', 'Uno.'])
    expect(selectPromptStates(twice).get('s1')).toBe('answered')
  })

  it('are the responses to a prompt that they name only as the one that they answer', () => {
    const bare = (serial: string, text: string, parent?: string) =>
      response(serial, text, 'One?').map((raw) => {
        const { transport } = (raw['extras'] as { ai: { transport: Strings } }).ai
        const { parent: _, ...rest } = transport
        const ai = { ...(raw['extras'] as { ai: object }).ai, transport: { ...rest, ...(parent !== undefined && { parent }) } }
        return { ...raw, extras: { ai } }
      })
    for (const parent of [undefined, 'not loaded']) {
      const state = heard([prompt('s1', 'One?'), ...bare('s2', 'One.', parent), ...bare('s3', 'Uno.', parent)])
      expect(path(state)).toEqual(['One?', 'Uno.'])
      expect(texts(selectSiblings(state, 's2'))).toEqual(['One.', 'Uno.'])
      // Nothing of them is known.
      const orphans = heard([...bare('s2', 'Eins.', parent), ...bare('s3', 'Zwei.', parent), ...regenerated.slice(-3)])
      expect(path(orphans)).toEqual(['Eins.', 'Zwei.', 'Uno.'])
      const edited = [prompt('s6', 'Two?'), prompt('s7', 'Three?', { 'fork-of': 'Two?' })]
      expect(path(heard(edited, orphans))).toEqual(['Eins.', 'Zwei.', 'Uno.', 'Three?'])
    }
  })

  it('has for each request the response to it', () => {
    const state = heard([
      ...regenerated,
      request('s6', 'once more', { parent: 'One?', 'msg-regenerate': 'Uno.' }),
      ...response('s7', 'Eins.', 'One?', 'once more'),
      prompt('s8', 'Then?', { parent: 'Uno.' }),
    ])
    expect(path(state)).toEqual(['One?', 'Eins.'])
    expect(path(state, 's4')).toEqual(['One?', 'Uno.', 'Then?'])
    expect(path(state, 's6')).toEqual(['One?', 'Eins.'])
    expect(path(heard(regenerated), 's1')).toEqual(['One?', 'Uno.'])
    // A user answers no request.
    const says = prompt('s9', 'Well?', { parent: 'Uno.' })
    const extras = { ...(says['extras'] as object), headers: { 'reply-to': 's4' } }
    expect(path(heard([{ ...says, extras }], heard(regenerated)), 's4')).toEqual(['One?', 'Uno.', 'Well?'])
  })

  it('a request that nobody answers in time is reported where no earlier response was chosen', () => {
    const asks = request('s6', 'once more', { parent: 'One?', 'msg-regenerate': 'Uno.' })
    const state = heard([...attached, { type: 'tick', now: 1 }, ...regenerated, asks, { type: 'tick', now: 40_000 }])
    expect(['s6', undefined, 's2', 's5'].map((head) => selectUnanswered(state, head)?.id)).toEqual(['s6', 's6', 's3', undefined])
  })

  it('a request shows the earlier response until there is another, except to the page that has asked', () => {
    const state = heard(regenerated.slice(0, -3))
    expect(path(state)).toEqual(['One?', 'One.', 'Two?'])
    expect(path(state, 's4')).toEqual(['One?'])
    expect(selectStatus(state, 's4')).toBe('submitted')
    expect(selectUnanswered(state, 's4')).toMatchObject({ id: 's4', again: 's1' })
    // Some clients name only what they replace.
    const bare = heard([...line, request('s4', 'again', { 'msg-regenerate': 'One.' })])
    expect(path(bare, 's4')).toEqual(['One?'])
  })

  it('are the edits of a prompt, and the edits of these, where all follow the same message', () => {
    const edits = [
      ...line,
      prompt('s4', 'Three?', { parent: 'One.', 'fork-of': 'Two?' }),
      prompt('s5', 'Four?', { parent: 'One.', 'fork-of': 'Three?' }),
    ]
    const state = heard(edits)
    expect(path(state)).toEqual(['One?', 'One.', 'Four?'])
    expect(texts(selectSiblings(state, 's3'))).toEqual(['Two?', 'Three?', 'Four?'])
    expect(path(state, 's4')).toEqual(['One?', 'One.', 'Three?'])
    const elsewhere = prompt('s6', 'Five?', { parent: 'One?', 'fork-of': 'Two?' })
    const after = heard([elsewhere], state)
    expect(path(after)).toEqual(['One?', 'One.', 'Four?', 'Five?'])
    expect(whyIgnored(state, say(elsewhere))).toBe(
      'it is an ordinary prompt, because it follows another message than the prompt that it edits',
    )
  })

  it('an edit of another person’s prompt counts where the product allows it', () => {
    const edit = prompt('s2', 'Two?', { 'fork-of': 'One?' }, 'bob')
    const read = (options: NormaliseOptions) =>
      path([prompt('s1', 'One?'), edit].map((raw) => say(raw, options)).reduce(reduce, emptyConversation()))
    expect(read({})).toEqual(['One?', 'Two?'])
    expect(read({ permissions: { mayEdit: () => true } })).toEqual(['Two?'])
  })

  it('a prompt that names nothing that is known is on every path', () => {
    const state = heard([
      prompt('s1', 'One?'),
      prompt('s2', 'Alone?'),
      prompt('s3', 'Older?', { parent: 'not loaded' }),
      prompt('s4', 'Uno?', { 'fork-of': 'One?' }),
    ])
    expect(path(state)).toEqual(['Alone?', 'Older?', 'Uno?'])
    expect(path(state, 's1')).toEqual(['One?', 'Alone?', 'Older?'])
  })

  it('what is said into a run is where the run is', () => {
    const steer = prompt('s3', 'Shorter!', { parent: 'One?', 'run-id': 'run of One.' })
    const state = heard([prompt('s1', 'One?'), ...response('s2', 'One.', 'One?'), steer, ...response('s4', 'Uno.', 'One?')])
    expect(path(state)).toEqual(['One?', 'Uno.'])
    expect(path(state, 's2')).toEqual(['One?', 'One.', 'Shorter!'])
  })

  it('no user takes the place of a message by its name', () => {
    const forged = [prompt('s0', 'One.', {}, 'eve'), prompt('s6', 'One?', {}, 'eve')]
    const state = heard([...regenerated, ...forged])
    expect(path(state, 's3')).toEqual(['One.', 'One?', 'One.', 'Two?', 'One?'])
    expect(texts(selectSiblings(state, 's2'))).toEqual(['One.', 'Uno.'])
  })

  it('keep what they name while older messages are forgotten', () => {
    const edit = prompt('s6', 'Zwei?', { parent: 'One.', 'fork-of': 'Two?' })
    const kept = forgetOlder(heard([...regenerated, edit, ...response('s7', 'Due.', 'Zwei?')]), 1)
    expect(texts(selectMessages(kept))).toEqual(['Two?', 'Zwei?', 'Due.'])
    expect(path(kept)).toEqual(['Zwei?', 'Due.'])
  })

  it('are the same in whatever order the messages are read, and after a reload', () => {
    const names = ['One?', 'Two?', 'Three?', 'Four?', 'r0', 'r1', 'r2']
    const named = fc.constantFrom(...names, 'unknown')
    const step = fc.oneof(
      fc.record({
        is: fc.constant('prompt' as const),
        parent: fc.option(named),
        fork: fc.option(named),
        by: fc.constantFrom('ann', 'bob'),
      }),
      fc.record({
        is: fc.constant('request' as const),
        parent: named,
        fork: fc.constant(null),
        by: fc.constantFrom('ann', 'bob'),
      }),
      fc.record({ is: fc.constant('response' as const), parent: named, fork: fc.constant(null), by: fc.constant('bot') }),
    )
    const property = (steps: readonly (typeof step extends fc.Arbitrary<infer T> ? T : never)[], order: readonly number[]) => {
      let prompts = 0
      let responses = 0
      const groups = steps.map(({ is, parent, fork, by }, at): readonly Raw[] => {
        const serial = `s${String(at).padStart(2, '0')}`
        const transport = { ...(parent !== null && { parent }), ...(fork !== null && { 'fork-of': fork }) }
        if (is === 'prompt') return [prompt(serial, names[prompts++ % 4]!, transport, by)]
        if (is === 'request') return [request(serial, `request ${at}`, transport, by)]
        return response(serial, `r${responses++ % 3}`, parent ?? 'One?', at > 0 ? `request ${at - 1}` : 'One?')
      })
      const events = groups.flat().map((raw) => say(raw, { source: 'history' }))
      const keyed = events.map((event, at) => [order[at % order.length] ?? 0, at, event] as const)
      const shuffled = keyed.toSorted(([a, x], [b, y]) => a - b || x - y).map(([, , event]) => event)
      const state = events.reduce(reduce, emptyConversation())
      const other = shuffled.reduce(reduce, emptyConversation())
      const saved = fromJSON(JSON.parse(JSON.stringify(toJSON(other))))
      const ids = (messages: readonly Message[]) => messages.map(({ id }) => id)
      for (const head of [undefined, ...ids(selectMessages(state))])
        for (const each of [other, saved]) expect(ids(selectPath(each, head))).toEqual(ids(selectPath(state, head)))
      for (const { id, again, parts } of selectMessages(state)) {
        if (again !== undefined && parts.length === 0) continue
        // Law 8: each message that is not hidden is on its own path.
        expect(ids(selectPath(state, id))).toContain(id)
        expect(ids(selectSiblings(state, id))).toContain(id)
        expect(ids(selectSiblings(other, id))).toEqual(ids(selectSiblings(state, id)))
      }
    }
    fc.assert(fc.property(fc.array(step, { maxLength: 12 }), fc.array(fc.nat(30), { minLength: 1, maxLength: 20 }), property), {
      numRuns: Number(process.env['LAW_RUNS'] ?? 1_000),
      ...(process.env['LAW_SEED'] !== undefined && { seed: Number(process.env['LAW_SEED']) }),
    })
  })
})

describe('the codec for AI Transport writes', () => {
  const state = heard(regenerated)
  const draft = { key: 'k', text: 'x', headers: undefined, clientId: 'ann', messages: selectMessages(state) }
  const transportOf = (message: { readonly extras: Readonly<Record<string, unknown>> } | undefined) =>
    (message?.extras['ai'] as { readonly transport: Strings } | undefined)?.transport
  const written = (more: Partial<typeof draft> & { parent?: string; edits?: string; again?: string }) =>
    aiTransport.prompt?.({ ...draft, ...more })

  it('what a prompt follows, by its name: of a branch, and what is being sent there', () => {
    expect(transportOf(written({ parent: 's2' }))).toMatchObject({ parent: 'One.' })
    expect(transportOf(written({ parent: 's5' }))).toMatchObject({ parent: 'Uno.' })
    const sending = (key: string, parent: string) => ({ type: 'prompt-sent', key, text: key, at: 1, parent }) as const
    const sent = heard([sending('p', 's5'), sending('q', 's2')], state)
    expect(transportOf(written({ parent: 's5', messages: selectMessages(sent) }))).toMatchObject({ parent: 'p' })
    // The first of two prompts is acknowledged already.
    const both = heard(
      [sending('p', 's5'), sending('q', 's5'), prompt('s6', 'p', { parent: 'Uno.' })].map((each) =>
        'type' in each ? each : { ...each, id: 'p' },
      ),
      state,
    )
    expect(transportOf(written({ parent: 's6', messages: selectMessages(both) }))).toMatchObject({ parent: 'q' })
    // A run without a message has no name.
    const failed = heard(
      [theirs('ai-run-start', 's7', { 'run-id': 'r', parent: 'Two?', 'input-codec-message-id': 'Two?' })],
      state,
    )
    expect(transportOf(written({ parent: 's7', messages: selectMessages(failed) }))).toMatchObject({ parent: 'Two?' })
  })

  it('an edit, with the parent of what it replaces', () => {
    expect(transportOf(written({ edits: 's3' }))).toMatchObject({ 'fork-of': 'Two?', parent: 'One.' })
    const root = transportOf(written({ edits: 's1' }))
    expect(root).toMatchObject({ 'fork-of': 'One?' })
    expect(root).not.toHaveProperty('parent')
    const message = { ...written({ edits: 's3' }), serial: 's9', action: 'message.create', clientId: 'ann' }
    const after = heard([message], state)
    expect(selectMessages(after).at(-1)).toMatchObject({ edits: 's3', parent: 's2' })
    expect(texts(selectSiblings(after, 's3'))).toEqual(['Two?', 'x'])
  })

  it('an edit of a prompt that is being sent, with the name of what that one follows', () => {
    const sent = heard([{ type: 'prompt-sent', key: 'p', text: 'p', at: 1, parent: 's2' }], state)
    const edit = transportOf(written({ edits: 'p', messages: selectMessages(sent) }))
    expect(edit).toMatchObject({ 'fork-of': 'p', parent: 'One.' })
    const unknown = transportOf(written({ edits: 's99' }))
    for (const name of ['fork-of', 'parent']) expect(unknown).not.toHaveProperty(name)
  })

  it('what follows neither an edit nor a request that is being sent', () => {
    const sent = (more: object) =>
      heard([{ type: 'prompt-sent', key: 'p', text: 'p', at: 1, parent: 's5', ...more } as const], state)
    for (const [more, parent] of [
      [{}, 'p'],
      [{ edits: 's3' }, 'Uno.'],
      [{ again: 's1' }, 'Uno.'],
      [{ parent: undefined }, 'Uno.'],
    ] as const)
      expect(transportOf(written({ parent: 's5', messages: selectMessages(sent(more)) }))).toMatchObject({ parent })
  })

  it('nothing that follows itself', () => {
    const circular = (id: string, parent: string) =>
      ({ ...selectMessages(state)[0]!, id, key: id, parent, headers: {}, status: 'complete' }) as Message
    const messages = [circular('a', 'b'), circular('b', 'a')]
    expect(transportOf(written({ parent: 'a', messages }))).not.toHaveProperty('parent')
    expect(transportOf(written({ parent: 'none', messages }))).not.toHaveProperty('parent')
  })

  it('a request for a response without a name, of which others have one', () => {
    const [one] = selectMessages(state)
    const assistant = (id: string, headers: Strings) =>
      ({ ...one!, id, key: id, role: 'assistant', parent: undefined, replyTo: 's1', headers, edits: undefined }) as Message
    const messages = [
      one!,
      { ...one!, id: 'p2', parent: 's1' },
      assistant('r1', {}),
      assistant('r2', { 'codec-message-id': 'Two.' }),
    ]
    expect(transportOf(written({ again: 's1', messages }))).toMatchObject({ parent: 'One?', 'msg-regenerate': 'Two.' })
  })

  it('a request for another response, with the first response', () => {
    const message = written({ again: 's1', text: '' })
    expect(message).toMatchObject({ name: 'ai-input', data: '', extras: { ai: { codec: { kind: 'regenerate' } } } })
    expect(transportOf(message)).toMatchObject({ parent: 'One?', 'msg-regenerate': 'One.', 'event-id': 'k' })
    const alone = transportOf(written({ again: 's3', text: '' }))
    expect(alone).toMatchObject({ parent: 'Two?' })
    expect(alone).not.toHaveProperty('msg-regenerate')
    const after = heard([{ ...message, serial: 's9', action: 'message.create', clientId: 'ann' }], state)
    expect(selectMessages(after).at(-1)).toMatchObject({ again: 's1', key: 'k', parts: [] })
  })

  it('a response to a request where the prompt is', async () => {
    const published: { readonly name: string; readonly extras: Readonly<Record<string, unknown>> }[] = []
    const writer = aiTransportAgent.respond!({
      publish: (message) => (published.push(message), Promise.resolve('s9')),
      append: () => Promise.resolve({ version: null }),
      update: () => Promise.resolve({ version: null }),
      read: (serial) => {
        const event = normalise(
          regenerated.find((raw) => raw['serial'] === serial),
          { agent: 'bot', codec: aiTransport },
        )
        return Promise.resolve('headers' in event ? { headers: event.headers ?? {}, clientId: 'ann' } : undefined)
      },
      randomId: () => 'random',
    })
    await writer.create({ id: 'own', text: '', headers: { role: 'assistant', status: 'streaming', 'reply-to': 's4' } })
    for (const message of published)
      expect(transportOf(message)).toMatchObject({ parent: 'One?', 'msg-regenerate': 'One.', 'input-codec-message-id': 'again' })
  })
})
