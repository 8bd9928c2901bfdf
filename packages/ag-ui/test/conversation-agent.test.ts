import type { ContentPart } from '@ag-ui/core'
import type { Task } from '@streamfold/agent'
import { ReaderError } from '@streamfold/agent'
import { unopenedConversation } from '@streamfold/client'
import { createStore, normalise } from '@streamfold/core'
import { filesOf } from '@streamfold/core/codec'
import { realtime } from '@streamfold/test-support/realtime'
import { createServerModel } from '@streamfold/testkit'
import { describe, expect, it } from 'vitest'
import { ConversationAgent } from '../src/index.ts'
import { gates, harness, shown, so } from './harness.ts'

async function* echo({ prompt }: Task) {
  yield `You said `
  yield `${prompt.text}.`
}

describe('a conversation as an agent of AG-UI', () => {
  it('publishes the prompt of a run under the id that the page chose, and streams its answer', async () => {
    const { page } = await harness(echo)
    const ann = page()
    const { newMessages } = await ann.say('hello', 'my-own-id')
    expect(shown(ann)).toEqual(['user: hello', 'assistant: You said hello.'])
    expect(ann.agent.messages[0]!.id).toBe('my-own-id')
    expect(newMessages.map(({ role }) => role)).toEqual(['assistant'])
    expect(ann.types.slice(0, 2)).toEqual(['RUN_STARTED', 'MESSAGES_SNAPSHOT'])
    expect(ann.types.at(-1)).toBe('RUN_FINISHED')
    await ann.say('more')
    expect(shown(ann)).toEqual(['user: hello', 'assistant: You said hello.', 'user: more', 'assistant: You said more.'])
  })

  it('shows reasoning, calls with streamed arguments, results, sources, files and data', async () => {
    const { page } = await harness(async function* () {
      yield { type: 'reasoning-delta', id: 'r', text: 'Let me ' }
      yield { type: 'reasoning-delta', id: 'r', text: 'see.' }
      yield { type: 'tool-input-start', id: 'c1', toolName: 'weather' }
      yield { type: 'tool-input-delta', id: 'c1', delta: '{"city"' }
      yield { type: 'tool-input-delta', id: 'c1', delta: ':"Oslo"}' }
      yield { type: 'tool-call', toolCallId: 'c1', toolName: 'weather', input: { city: 'Oslo' } }
      yield { type: 'tool-result', toolCallId: 'c1', output: { degrees: 3 } }
      yield { type: 'tool-call', toolCallId: 'c2', toolName: 'broken', input: {} }
      yield { type: 'tool-error', toolCallId: 'c2', error: new Error('secret') }
      yield { type: 'source', id: 's1', url: 'https://example.com/', title: 'Weather' }
      yield { type: 'file', mediaType: 'image/png', url: 'https://example.com/sky.png' }
      yield { type: 'data-chart', id: 'd', data: [1, 2] }
      yield 'Three degrees.'
    })
    const [ann, reloaded] = [page(), page()]
    await ann.say('How warm is it?')
    expect(shown(ann)).toEqual([
      'user: How warm is it?',
      'reasoning: Let me see.',
      'call weather{"city":"Oslo"}',
      'tool: {"degrees":3}',
      'call broken{}',
      expect.stringMatching(/^tool: (?!.*secret)/),
      expect.stringContaining('source-url'),
      'file {"mediaType":"image/png","url":"https://example.com/sky.png"}',
      'data-chart {"id":"d","data":[1,2]}',
      'assistant: Three degrees.',
    ])
    await reloaded.agent.connectAgent()
    expect(reloaded.agent.messages).toEqual(ann.agent.messages)
  })

  it('goes on after a reload in mid-run, with the same messages', async () => {
    const gate = gates()
    const { page } = await harness(async function* () {
      yield 'One, '
      await gate.at('two')
      yield 'two, '
      await gate.at('three')
      yield 'three.'
    })
    const before = page()
    void before.say('count')
    await so(() => expect(shown(before)).toEqual(['user: count', 'assistant: One, ']))
    before.close()

    const after = page()
    const done = after.agent.connectAgent()
    await so(() => expect(shown(after)).toEqual(['user: count', 'assistant: One, ']))
    expect(after.agent.isRunning).toBe(true)
    gate.pass('two')
    await so(() => expect(shown(after)).toEqual(['user: count', 'assistant: One, two, ']))
    gate.pass('three')
    await done
    expect(shown(after)).toEqual(['user: count', 'assistant: One, two, three.'])
    expect(after.types).not.toContain('RUN_ERROR')
    expect(after.types.filter((type) => type === 'TEXT_MESSAGE_CONTENT').length).toBeGreaterThan(0)
  })

  it('shows in a second tab what the first one does, without a run of its own', async () => {
    const gate = gates()
    const { page } = await harness(async function* ({ prompt }) {
      yield `${prompt.text} `
      await gate.at(prompt.text)
      yield 'done.'
    })
    const [first, second] = [page(), page({ follow: true })]
    const done = first.say('one')
    await so(() => expect(shown(second)).toEqual(['user: one', 'assistant: one ']))
    expect(second.agent.isRunning).toBe(true)
    gate.pass('one')
    await done
    await so(() => expect(second.agent.isRunning).toBe(false))
    expect(second.agent.messages).toEqual(first.agent.messages)
    // The second tab goes on in the same conversation, and the first one hears of it with its next run.
    gate.pass('two')
    await second.say('two')
    expect(shown(second)).toEqual(['user: one', 'assistant: one done.', 'user: two', 'assistant: two done.'])
    gate.pass('three')
    await first.say('three')
    expect(shown(first).slice(2)).toEqual(['user: two', 'assistant: two done.', 'user: three', 'assistant: three done.'])
    await so(() => expect(second.agent.messages).toEqual(first.agent.messages))
  })

  it('prompts while it follows an answer that was asked for elsewhere', async () => {
    const gate = gates()
    const { page } = await harness(async function* ({ prompt }) {
      yield `${prompt.text} `
      await gate.at(prompt.text)
      yield 'done.'
    })
    const [first, second] = [page(), page({ follow: true })]
    const one = first.say('one')
    await so(() => expect(shown(second)).toEqual(['user: one', 'assistant: one ']))
    const two = second.say('two')
    await so(() => expect(shown(second)).toEqual(['user: one', 'assistant: one ', 'user: two']))
    gate.pass('one')
    await one
    gate.pass('two')
    await two
    expect(second.agent.isRunning).toBe(false)
    expect(shown(second)).toEqual(['user: one', 'assistant: one done.', 'user: two', 'assistant: two done.'])
    expect(second.errors).toEqual([])
  })

  it('prompts in the same task in which it connects', async () => {
    const gate = gates()
    const { page } = await harness(async function* ({ prompt }) {
      yield `${prompt.text} `
      await gate.at(prompt.text)
      yield 'done.'
    })
    const [first, second] = [page(), page()]
    const one = first.say('one')
    await so(() => expect(shown(first)).toEqual(['user: one', 'assistant: one ']))
    const connected = second.agent.connectAgent()
    const two = second.say('two')
    await so(() => expect(shown(second)).toEqual(['user: one', 'assistant: one ', 'user: two']))
    await connected
    gate.pass('one')
    gate.pass('two')
    await Promise.all([one, two])
    expect(shown(second)).toEqual(['user: one', 'assistant: one done.', 'user: two', 'assistant: two done.'])
  })

  it('loses no prompt that the page adds while an event of another answer is being applied', async () => {
    const gate = gates()
    const { page } = await harness(async function* ({ prompt }) {
      yield `${prompt.text} `
      await gate.at(prompt.text)
      yield 'done.'
    })
    const [first, second] = [page(), page({ follow: true })]
    let isApplying = false
    second.agent.subscribe({
      async onTextMessageContentEvent({ event }) {
        if (event.delta !== 'done.') return
        isApplying = true
        await gate.at('applied')
      },
    })
    const one = first.say('one')
    await so(() => expect(shown(second)).toEqual(['user: one', 'assistant: one ']))
    gate.pass('one')
    await so(() => expect(isApplying).toBe(true))
    const two = second.say('two')
    gate.pass('applied')
    gate.pass('two')
    await Promise.all([one, two])
    expect(shown(second)).toEqual(['user: one', 'assistant: one done.', 'user: two', 'assistant: two done.'])
  })

  it('is stopped by abortRun, in every tab', async () => {
    const gate = gates()
    const { page } = await harness(async function* ({ signal }) {
      yield 'Once '
      await Promise.race([gate.at('never'), new Promise((resolve) => signal.addEventListener('abort', resolve))])
      yield 'upon.'
    })
    const [first, second] = [page(), page({ follow: true })]
    const done = first.say('tell')
    await so(() => expect(shown(second)).toEqual(['user: tell', 'assistant: Once ']))
    second.agent.abortRun()
    await done
    expect(shown(first)).toEqual(['user: tell', 'assistant: Once ', 'streamfold-status {"status":"cancelled"}'])
    await so(() => expect(second.agent.messages).toEqual(first.agent.messages))
    expect(first.types.at(-1)).toBe('RUN_FINISHED')
  })

  it('says a failure of the agent in a sentence of its own, and shows it after a reload', async () => {
    const { page } = await harness(async function* ({ prompt }) {
      yield 'So'
      throw prompt.text === 'safe' ? new ReaderError('the library is closed') : new Error('secret key 123')
    })
    const ann = page()
    await ann.say('secret')
    expect(ann.errors).toHaveLength(1)
    expect(ann.errors.join()).not.toContain('123')
    await ann.say('safe')
    expect(ann.errors[1]).toContain('the library is closed')
    const reloaded = page()
    await reloaded.agent.connectAgent()
    expect(reloaded.errors).toEqual([])
    expect(reloaded.agent.messages).toEqual(ann.agent.messages)
    expect(shown(reloaded).at(-1)).toContain('"status":"failed"')
  })

  it('leaves an answer running when the page detaches', async () => {
    const gate = gates()
    const { page } = await harness(async function* () {
      yield 'One, '
      await gate.at('two')
      yield 'two.'
    })
    const ann = page()
    const done = ann.say('count')
    await so(() => expect(shown(ann)).toEqual(['user: count', 'assistant: One, ']))
    await ann.agent.detachActiveRun()
    await done
    gate.pass('two')
    await ann.agent.connectAgent()
    expect(shown(ann)).toEqual(['user: count', 'assistant: One, two.'])
  })

  it('asks for another response where the page has removed the last one, and edits a prompt that it has replaced', async () => {
    let count = 0
    const { page } = await harness(async function* ({ prompt }) {
      yield `${prompt.text} ${++count}`
    })
    const ann = page()
    await ann.say('first')
    ann.agent.setMessages(ann.agent.messages.slice(0, 1))
    await ann.agent.runAgent()
    expect(shown(ann)).toEqual(['user: first', 'assistant: first 2'])
    await ann.say('second')
    ann.agent.setMessages(ann.agent.messages.slice(0, 2))
    await ann.say('other')
    expect(shown(ann)).toEqual(['user: first', 'assistant: first 2', 'user: other', 'assistant: other 4'])
    // What a page was never shown it has not removed.
    const late = page()
    await late.agent.connectAgent()
    await ann.say('third')
    await late.say('fourth')
    expect(shown(late).slice(4)).toEqual(['user: third', 'assistant: third 5', 'user: fourth', 'assistant: fourth 6'])
  })

  it('edits a prompt that keeps its words and has other files', async () => {
    let count = 0
    const { page } = await harness(async function* ({ prompt }) {
      yield `${++count}: ${filesOf(prompt)
        .map(({ url }) => url.slice(-5))
        .join()}`
    })
    const ann = page({ upload: () => Promise.resolve({ url: 'https://example.com/c.png' }) })
    const look = { type: 'text', text: 'Look' } as const
    const image = (name: string) => ({ type: 'image', source: { type: 'url', value: `https://example.com/${name}` } }) as const
    const contents = { type: 'image', source: { type: 'data', value: btoa('c'), mimeType: 'image/png' } } as const
    const id = crypto.randomUUID()
    const answers: unknown[] = []
    const run = async (content: ContentPart[]) => {
      const [prompt] = ann.agent.messages
      ann.agent.setMessages([{ id: prompt?.id ?? id, role: 'user', content }])
      await ann.agent.runAgent()
      const versions = ann.agent.conversation.siblings(ann.agent.find(ann.agent.messages[0]!.id)!.id)
      answers.push([ann.agent.messages.at(-1)!.content, versions.length])
    }
    await run([look, image('a.png')])
    await run([look, image('b.png')])
    await run([look, contents])
    await run([look, image('c.png'), image('a.png')])
    // The same files ask for another response.
    await run([look, image('c.png'), image('a.png')])
    await run([look])
    expect(answers).toEqual([
      ['1: a.png', 1],
      ['2: b.png', 2],
      ['3: c.png', 3],
      ['4: c.png,a.png', 4],
      ['5: c.png,a.png', 4],
      ['6: ', 5],
    ])
  })

  it('replaces a text that was redacted while it was read', async () => {
    const gate = gates()
    const { page, server, name } = await harness(async function* () {
      yield 'My password is hunter2'
      await gate.at('end')
      yield '.'
    })
    const ann = page()
    void ann.say('tell')
    await so(() => expect(shown(ann)).toEqual(['user: tell', 'assistant: My password is hunter2']))
    const response = ann.agent.find(ann.agent.messages[1]!.id)!
    await realtime(server, { clientId: 'agent' }).channels.get(name).deleteMessage({ serial: response.id })
    await so(() => expect(shown(ann)).toEqual(['user: tell']))
  })

  it('shows what others have written while the channel was detached between two runs', async () => {
    const { page } = await harness(echo)
    const [ann, other] = [page(), page({ follow: true })]
    await ann.say('one')
    await so(() => expect(ann.channel.state).toBe('detached'))
    await other.say('two')
    await ann.agent.connectAgent()
    expect(shown(ann)).toEqual(['user: one', 'assistant: You said one.', 'user: two', 'assistant: You said two.'])
    await so(() => expect(ann.channel.state).toBe('detached'))
    await other.say('three')
    await ann.say('four')
    expect(shown(ann).slice(4)).toEqual(['user: three', 'assistant: You said three.', 'user: four', 'assistant: You said four.'])
  })

  it('ends each run with its own answer, where another one is written at the same time', async () => {
    const gate = gates()
    const { page } = await harness(async function* ({ prompt }) {
      yield `${prompt.text} `
      await gate.at(prompt.text)
      yield 'done.'
    })
    const [ann, bob] = [page(), page({ clientId: 'bob' })]
    const first = ann.say('one')
    await so(() => expect(shown(ann)).toEqual(['user: one', 'assistant: one ']))
    // The agent answers one after the other.
    const second = bob.say('two')
    await so(() => expect(shown(bob)).toEqual(['user: one', 'assistant: one ', 'user: two']))
    gate.pass('one')
    await first
    expect(bob.agent.isRunning).toBe(true)
    gate.pass('two')
    await second
    expect(shown(bob)).toEqual(['user: one', 'assistant: one done.', 'user: two', 'assistant: two done.'])
    expect(bob.errors).toEqual([])
  })

  it('says why no agent answers, and asks again with the same message', async () => {
    const { page } = await harness()
    let refuses = true
    const notified: string[] = []
    const ann = page({
      notifyAgent: ({ promptSerial }) => {
        notified.push(promptSerial)
        return refuses ? Promise.reject(new Error('the agent is away')) : Promise.resolve()
      },
    })
    await ann.say('hello')
    expect(ann.errors.join()).toContain('the agent is away')
    expect(shown(ann)).toEqual(['user: hello'])
    refuses = false
    void ann.agent.runAgent()
    await so(() => expect(notified).toHaveLength(2))
    expect(notified[1]).toBe(notified[0])
  })

  it('refuses a prompt that cannot be sent, in a sentence, and sends nothing', async () => {
    const { page } = await harness(echo)
    const ann = page()
    await ann.say('   ')
    expect(ann.errors).toEqual([expect.stringMatching(/^unable to send the prompt; /)])
    ann.agent.setMessages([])
    ann.agent.addMessage({
      id: 'file',
      role: 'user',
      content: [{ type: 'image', source: { type: 'file', value: 'file-1', provider: 'openai' } }],
    })
    await ann.agent.runAgent()
    expect(ann.errors[1]).toContain('give its address')
    ann.agent.setMessages([{ id: 'old', role: 'user', content: [{ type: 'hologram' } as never] }])
    await ann.agent.runAgent()
    expect(ann.errors[2]).toContain('AG-UI 1.0 does not have')
    ann.agent.setMessages([])
    ann.agent.addMessage({
      id: 'picture',
      role: 'user',
      content: [
        { type: 'text', text: 'look' },
        { type: 'image', source: { type: 'url', value: 'https://example.com/a.png', mimeType: 'image/png' } },
      ],
    })
    await ann.agent.runAgent()
    expect(ann.agent.messages[0]).toMatchObject({
      id: 'picture',
      content: [
        { type: 'text', text: 'look' },
        { type: 'image', source: { type: 'url', value: 'https://example.com/a.png', mimeType: 'image/png' } },
      ],
    })
    expect(shown(ann).at(-1)).toBe('assistant: You said look.')
  })

  it('takes no id of a user for that of what a response has', async () => {
    const { page, server, name } = await harness(echo)
    const ann = page({ follow: true })
    await ann.say('hello')
    const [, answer] = ann.agent.messages
    const mallory = realtime(server, { clientId: 'mallory' }).channels.get(name)
    await mallory.publish({ id: answer!.id, name: 'prompt', data: 'and more', extras: { headers: { role: 'user' } } })
    await so(() => expect(shown(ann).slice(0, 3)).toEqual(['user: hello', 'assistant: You said hello.', 'user: and more']))
    expect(new Set(ann.agent.messages.map(({ id }) => id)).size).toBe(ann.agent.messages.length)
  })

  it('serves several threads, each in a conversation of its own, also as a clone', async () => {
    const { page, server, name } = await harness(echo)
    await page().say('here')
    const client = realtime(server, { clientId: 'ann' })
    const threads = new ConversationAgent((threadId) => client.channels.get(threadId), { agent: 'agent', threadId: name })
    await threads.connectAgent()
    expect(threads.messages.map(({ content }) => content)).toEqual(['here', 'You said here.'])
    const other = threads.clone()
    other.threadId = 'ai:elsewhere'
    other.messages = []
    await other.connectAgent()
    expect(other.messages).toEqual([])
    expect(threads.messages).toHaveLength(2)
  })

  it('connects once more after a connection that was lost, and shows each text once', async () => {
    const gate = gates()
    const { page, server } = await harness(async function* () {
      yield 'One, '
      await gate.at('two')
      yield 'two, '
      await gate.at('three')
      yield 'three.'
    })
    const ann = page()
    const done = ann.say('count')
    await so(() => expect(shown(ann)).toEqual(['user: count', 'assistant: One, ']))
    server.faults.expireContinuity({ clientId: 'ann' })
    gate.pass('two')
    await so(() => expect(shown(ann)).toEqual(['user: count', 'assistant: One, two, ']))
    gate.pass('three')
    await done
    expect(shown(ann)).toEqual(['user: count', 'assistant: One, two, three.'])
    expect(ann.errors).toEqual([])
  })

  it('puts a prompt into the answer that is being written, where the option `prompt` says so', async () => {
    const gate = gates()
    const { page } = await harness(
      async function* ({ takeIn }) {
        yield 'One, '
        await gate.at('steered')
        const taken = await takeIn()
        yield `then ${taken.map(({ text }) => text).join()}.`
      },
      { prompts: 'steer' },
    )
    const [ann, tab] = [page(), page({ prompt: ({ content }) => ({ text: String(content), into: 'running' }) })]
    const first = ann.say('count')
    await so(() => expect(shown(ann)).toEqual(['user: count', 'assistant: One, ']))
    await tab.agent.detachActiveRun()
    void tab.agent.connectAgent()
    await so(() => expect(shown(tab)).toEqual(['user: count', 'assistant: One, ']))
    await tab.agent.detachActiveRun()
    const steered = tab.say('backwards')
    await so(() => expect(ann.agent.messages.map(({ content }) => content)).toContain('backwards'))
    gate.pass('steered')
    await Promise.all([first, steered])
    expect(shown(tab)).toContain('assistant: then backwards.')
    expect(tab.agent.messages).toEqual(ann.agent.messages)
    expect(tab.errors).toEqual([])
  })

  it('says that an agent has gone silent, when it died in the answer', async () => {
    const store = createStore()
    const deliver = (raw: object) => store.dispatch(normalise(raw, { agent: 'agent' }))
    store.dispatch([
      { type: 'connection', state: 'connected' },
      { type: 'channel', state: 'attaching' },
      { type: 'channel', state: 'attached', resumed: false },
      { type: 'history', state: 'loaded' },
    ])
    const server = createServerModel()
    server.create('So', { role: 'assistant', status: 'streaming' }, { clientId: 'agent' })
    for (const { action, data, full } of server.stream) deliver({ ...full, action, data })
    const errors: string[] = []
    const conversation = { ...unopenedConversation(), store, head: () => undefined, release: () => undefined }
    const agent = new ConversationAgent(conversation)
    agent.subscribe({ onRunErrorEvent: ({ event }) => void errors.push(`${event.code}: ${event.message}`) })
    const done = agent.connectAgent()
    await so(() => expect(agent.messages).toMatchObject([{ content: 'So' }]))
    store.dispatch([
      { type: 'tick', now: Date.now() },
      { type: 'tick', now: Date.now() + 3_600_000 },
    ])
    await done
    expect(errors).toEqual(['agent-silent: the agent has gone silent: try again'])
    expect(agent.messages.at(-1)).toMatchObject({ activityType: 'streamfold-status', content: { status: 'abandoned' } })
  })
})
