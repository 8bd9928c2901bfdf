// @vitest-environment happy-dom
import type { Store } from '@streamfold/core'
import { filesOf } from '@streamfold/core/codec'
import type { UIMessage } from '@tanstack/ai/client'
import { ChatClient } from '@tanstack/ai-client'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createChatConnection, messageFacts } from '../src/index.ts'
import { promptOf } from '../src/send/prompt-of.ts'
import { client } from './client-driver.ts'
import { linesOf } from './chat-driver.ts'
import type { Tab } from './fixture.ts'
import { ask, harnessOf, loaded, so } from './fixture.ts'

/** A chat without a driver, on the connection of a tab. */
function chatOn({ connection }: Tab, options: Partial<ConstructorParameters<typeof ChatClient>[0]> = {}): ChatClient {
  const chat = new ChatClient({ connection, threadId: 'thread', ...options } as ConstructorParameters<typeof ChatClient>[0])
  chat.subscribe()
  chat.attach()
  onTestFinished(() => chat.dispose())
  return chat
}

describe('the prompts of a chat', () => {
  it('are the texts and files of a message', async () => {
    const { text, files = [] } = promptOf({
      id: 'm',
      role: 'user',
      parts: [
        { type: 'text', content: 'Look' },
        {
          type: 'image',
          source: { type: 'url', value: 'https://example.com/a.png', mimeType: 'image/png' },
          metadata: { filename: 'a.png', alt: 'A' },
        },
        {
          type: 'document',
          source: { type: 'data', value: btoa('hi'), mimeType: 'text/plain' },
          metadata: { filename: 'n.txt' },
        },
        { type: 'audio', source: { type: 'url', value: `data:audio/wav;base64,${btoa('la')}` } },
        { type: 'text', content: 'at it' },
      ],
    })
    expect(text).toBe('Look\n\nat it')
    expect(files[0]).toEqual({ url: 'https://example.com/a.png', mediaType: 'image/png', name: 'a.png', alt: 'A' })
    const [, note, sound] = files as [unknown, File, File]
    expect([note.name, note.type, await note.text()]).toEqual(['n.txt', 'text/plain', 'hi'])
    expect(await sound.text()).toBe('la')
    expect(promptOf({ role: 'user', content: 'Hello' })).toEqual({ text: 'Hello' })
    expect(() => promptOf({ id: 'm', role: 'user', parts: [{ type: 'thinking', content: 'hm' }] })).toThrow(
      'a part of type thinking',
    )
    const broken = { type: 'image', source: { type: 'data', value: '%', mimeType: 'image/png' } } as const
    expect(() => promptOf({ id: 'm', role: 'user', parts: [broken] })).toThrow('cannot be read: attach it again')
  })

  it('with files show them in every tab', async () => {
    const harness = await harnessOf(client)
    const [tab, other] = [harness.open(), harness.open()]
    const chat = chatOn(tab)
    void chat.sendMessage({
      content: [
        { type: 'text', content: 'Look' },
        { type: 'image', source: { type: 'url', value: 'https://example.com/a.png', mimeType: 'image/png' } },
      ],
    })
    const turn = await harness.asked()
    turn.write('I see')
    turn.end()
    for (const each of [tab, other]) {
      await so(() => expect(each.lines()).toEqual(['user: Look|<image>', 'assistant: I see']))
      expect(each.messages()[0]!.parts[1]).toEqual({
        type: 'image',
        source: { type: 'url', value: 'https://example.com/a.png', mimeType: 'image/png' },
      })
    }
  })

  it('take the place of an earlier one under its id, and the branch is shown in every tab', async () => {
    const harness = await harnessOf(client)
    const [tab, other] = [harness.open(), harness.open()]
    const chat = chatOn(tab)
    void chat.sendMessage('Rome?')
    const turn = await harness.asked()
    turn.write('Warm')
    turn.end()
    await so(() => expect(chat.getIsLoading()).toBe(false))
    const [prompt] = chat.getMessages()
    chat.setMessagesManually([])
    void chat.append({ ...prompt!, parts: [{ type: 'text', content: 'Oslo?' }] })
    const next = await harness.asked()
    next.write('Cold')
    next.end()
    for (const each of [tab, other]) await so(() => expect(each.lines()).toEqual(['user: Oslo?', 'assistant: Cold']))
    await so(() => expect([chat.getIsLoading(), chat.getError()]).toEqual([false, undefined]))
    expect(tab.connection.conversation.siblings(tab.messages()[0]!.id)).toHaveLength(2)
  })

  it('take the place of an earlier one also with its words and other files', async () => {
    const harness = await harnessOf(client)
    const tab = harness.open({ upload: () => Promise.resolve({ url: 'https://example.com/c.png' }) })
    const chat = chatOn(tab)
    const look = { type: 'text', content: 'Look' } as const
    const image = (name: string) => ({ type: 'image', source: { type: 'url', value: `https://example.com/${name}` } }) as const
    const contents = { type: 'image', source: { type: 'data', value: btoa('c'), mimeType: 'image/png' } } as const
    const answered = async (files: readonly string[], versions: number) => {
      const turn = await harness.asked()
      expect(filesOf(turn.task.prompt).map(({ url }) => url)).toEqual(files.map((name) => `https://example.com/${name}`))
      turn.write('I see')
      turn.end()
      await so(() => expect([chat.getIsLoading(), chat.getError()]).toEqual([false, undefined]))
      await so(() => expect(tab.connection.conversation.siblings(turn.task.prompt.id)).toHaveLength(versions))
    }
    void chat.sendMessage({ content: [look, image('a.png')] })
    await answered(['a.png'], 1)
    const edited = (parts: UIMessage['parts']) => {
      const [prompt] = chat.getMessages()
      chat.setMessagesManually([])
      return chat.append({ ...prompt!, parts })
    }
    void edited([look, image('b.png')])
    await answered(['b.png'], 2)
    void edited([look, contents])
    await answered(['c.png'], 3)
    void edited([look, image('c.png'), image('a.png')])
    await answered(['c.png', 'a.png'], 4)
    // The same files ask for another answer.
    void chat.reload()
    await answered(['c.png', 'a.png'], 4)
    void edited([look])
    await answered([], 5)
  })

  it('wait in the queue of a chat, or stop the answer before them', async () => {
    const harness = await harnessOf(client)
    const chat = chatOn(harness.open())
    void chat.sendMessage('One')
    const first = await harness.asked()
    first.write('First')
    await so(() => expect(linesOf(chat.getMessages()).at(-1)).toBe('assistant: First'))
    void chat.sendMessage('Two')
    expect(chat.getQueue()).toHaveLength(1)
    first.end()
    const second = await harness.asked()
    second.write('Second')
    await so(() => expect(linesOf(chat.getMessages()).at(-1)).toBe('assistant: Second'))
    void chat.sendMessage('Three', undefined, { whenBusy: 'interrupt' })
    await so(() => expect(second.task.signal.aborted).toBe(true))
    const third = await harness.asked()
    third.write('Third')
    third.end()
    const lines = ['user: One', 'assistant: First', 'user: Two', 'assistant: Second', 'user: Three', 'assistant: Third']
    await so(() => expect(linesOf(chat.getMessages())).toEqual(lines))
    await so(() => expect([chat.getIsLoading(), chat.getError(), chat.getQueue()]).toEqual([false, undefined, []]))
  })

  it('go on the channel at once past the queue', async () => {
    const harness = await harnessOf(client)
    const [tab, other] = [harness.open(), harness.open()]
    const turn = await ask(harness, tab, 'One', 'First')
    await tab.connection.conversation.sendMessage('Two')
    for (const each of [tab, other]) await so(() => expect(each.lines()).toContain('user: Two'))
    const next = await harness.asked()
    next.write('Second')
    turn.end()
    next.end()
    for (const each of [tab, other]) {
      await so(() => expect(each.lines().at(-1)).toBe('assistant: Second'))
      await so(() => expect([each.isLoading(), each.isGenerating(), each.error()]).toEqual([false, false, undefined]))
    }
  })

  it('of two chats on one connection are each answered in both', async () => {
    const harness = await harnessOf(client)
    const tab = harness.open()
    await loaded(tab)
    const [one, two] = [chatOn(tab), chatOn(tab)]
    void one.sendMessage('One')
    const first = await harness.asked()
    void two.sendMessage('Two')
    const second = await harness.asked()
    first.write('First')
    second.write('Second')
    second.end()
    first.end()
    const lines = ['user: One', 'assistant: First', 'user: Two', 'assistant: Second']
    for (const chat of [one, two]) {
      await so(() => expect(linesOf(chat.getMessages())).toEqual(lines))
      await so(() =>
        expect([chat.getIsLoading(), chat.getSessionGenerating(), chat.getError()]).toEqual([false, false, undefined]),
      )
    }
  })

  it('that steer an answer end with that answer', async () => {
    let takeIn = (): void => undefined
    const harness = await harnessOf(client, {
      prompts: 'steer',
      async *respond(task) {
        yield 'First'
        await new Promise<void>((resolve) => (takeIn = resolve))
        yield `, ${(await task.takeIn()).map(({ text }) => text).join()}`
      },
    })
    const [tab, other] = [harness.open(), harness.open()]
    await loaded(tab, other)
    void tab.send('One')
    await so(() => expect(other.lines().at(-1)).toBe('assistant: First'))
    void other.send('Two')
    await so(() => expect(tab.lines()).toContain('user: Two'))
    await so(() => expect(tab.messages().map((message) => messageFacts(message)?.status)).not.toContain('sending'))
    takeIn()
    for (const each of [tab, other]) {
      await so(() => expect(each.lines().find((line) => line.startsWith('assistant'))).toBe('assistant: First|, Two'))
      await so(() => expect([each.isLoading(), each.isGenerating(), each.error()]).toEqual([false, false, undefined]))
    }
  })

  it('without an answer end with the reason', async () => {
    const harness = await harnessOf(client)
    const tab = harness.open({ notifyAgent: () => Promise.reject(new Error('no agent')) })
    await tab.send('Hello')
    expect(tab.error()).toContain('unable to get an answer')
    expect([tab.isLoading(), tab.lines()]).toEqual([false, ['user: Hello']])
  })
})

describe('a prompt that is refused before it is published', () => {
  const note = { type: 'document', source: { type: 'data', value: btoa('hi'), mimeType: 'text/plain' } } as const
  const withNote = { content: [{ type: 'text' as const, content: 'Read this' }, note] }
  const statuses = (chat: ChatClient) => chat.getMessages().map((message) => messageFacts(message)?.status)

  it('stays in the chat with its reason, behind what it followed, and can be sent again', async () => {
    const harness = await harnessOf(client)
    let isDown = true
    const upload = () =>
      isDown ? Promise.reject(new Error('the disk is full')) : Promise.resolve({ url: 'https://example.com/n.txt' })
    const tab = harness.open({ upload })
    await loaded(tab)
    const chat = chatOn(tab)
    await chat.sendMessage(withNote)
    expect(chat.getError()?.message).toContain('the disk is full')
    const other = harness.open()
    const turn = await ask(harness, other, 'Rome?', 'Warm')
    turn.end()
    await so(() => expect(linesOf(chat.getMessages())).toEqual(['user: Read this|<document>', 'user: Rome?', 'assistant: Warm']))
    const [kept] = chat.getMessages()
    expect(messageFacts(kept!)).toMatchObject({ status: 'failed', error: expect.stringContaining('the disk is full') as string })
    expect(kept!.parts[1]).toEqual(note)
    expect(linesOf(tab.connection.messages())[0]).toBe('user: Read this|<document>')
    isDown = false
    void chat.append(kept!)
    const next = await harness.asked()
    next.write('Hi')
    next.end()
    const lines = ['user: Rome?', 'assistant: Warm', 'user: Read this|<document>', 'assistant: Hi']
    for (const each of [tab, other]) await so(() => expect(each.lines()).toEqual(lines))
    await so(() => expect([chat.getIsLoading(), chat.getError()]).toEqual([false, undefined]))
    expect(chat.getMessages()[2]!.id).toBe(kept!.id)
  })

  it('is sent again by `reload`, as often as it takes', async () => {
    const harness = await harnessOf(client)
    let refusals = 2
    const tab = harness.open({
      prompt() {
        if (refusals-- > 0) throw new Error('no such mention')
        return { text: 'Hello @ann' }
      },
    })
    await loaded(tab)
    const chat = chatOn(tab)
    await chat.sendMessage('Hello')
    await so(() => expect(statuses(chat)).toEqual(['failed']))
    await chat.reload()
    expect(refusals).toBe(0)
    await so(() => expect(statuses(chat)).toEqual(['failed']))
    expect(linesOf(chat.getMessages())).toEqual(['user: Hello'])
    void chat.reload()
    const turn = await harness.asked()
    turn.write('Hi')
    turn.end()
    await so(() => expect(linesOf(chat.getMessages())).toEqual(['user: Hello @ann', 'assistant: Hi']))
    await so(() => expect(statuses(chat)).toEqual(['complete', 'complete']))
  })

  it('goes when its author discards it, and nothing else does', async () => {
    const harness = await harnessOf(client)
    const tab = harness.open()
    const turn = await ask(harness, tab, 'Rome?', 'Warm')
    turn.end()
    await so(() => expect(tab.isLoading()).toBe(false))
    const chat = chatOn(tab)
    await chat.sendMessage(withNote)
    await so(() => expect(tab.lines()).toEqual(['user: Rome?', 'assistant: Warm', 'user: Read this|<document>']))
    for (const { id } of tab.messages()) tab.connection.discard(id)
    for (const shown of [tab.lines, () => linesOf(chat.getMessages())])
      await so(() => expect(shown()).toEqual(['user: Rome?', 'assistant: Warm']))
  })

  it('is shown while its files are uploaded, whatever others write', async () => {
    const harness = await harnessOf(client)
    let done = (_file: { readonly url: string }): void => undefined
    const tab = harness.open({ upload: () => new Promise((resolve) => (done = resolve)) })
    await loaded(tab)
    const chat = chatOn(tab)
    void chat.sendMessage(withNote)
    const other = harness.open()
    await ask(harness, other, 'Rome?', 'Warm')
    await so(() => expect(linesOf(chat.getMessages())).toEqual(['user: Read this|<document>', 'user: Rome?', 'assistant: Warm']))
    expect(statuses(chat)[0]).toBe('sending')
    done({ url: 'https://example.com/n.txt' })
    const turn = await harness.asked()
    turn.end()
    await so(() => expect(linesOf(chat.getMessages()).filter((line) => line.startsWith('user: Read'))).toHaveLength(1))
    await so(() => expect(statuses(chat)).not.toContain('sending'))
  })

  it('and edits an earlier one stays beside that, and edits it when it is sent again', async () => {
    const harness = await harnessOf(client)
    let isDown = true
    const tab = harness.open({
      upload: () =>
        isDown ? Promise.reject(new Error('the disk is full')) : Promise.resolve({ url: 'https://example.com/n.txt' }),
    })
    const turn = await ask(harness, tab, 'Rome?', 'Warm')
    turn.end()
    await so(() => expect(tab.isLoading()).toBe(false))
    const chat = chatOn(tab)
    await so(() => expect(chat.getMessages()).toHaveLength(2))
    const [prompt] = chat.getMessages()
    chat.setMessagesManually([])
    await chat.append({ ...prompt!, parts: [{ type: 'text', content: 'Read this' }, note] })
    const lines = ['user: Rome?', 'assistant: Warm', 'user: Read this|<document>']
    await so(() => expect(linesOf(chat.getMessages())).toEqual(lines))
    expect(chat.getMessages()[0]!.id).toBe(prompt!.id)
    isDown = false
    void chat.reload()
    const next = await harness.asked()
    next.write('Hi')
    next.end()
    await so(() => expect(linesOf(chat.getMessages())).toEqual(['user: Read this|<document>', 'assistant: Hi']))
    expect(tab.connection.conversation.siblings(tab.messages()[0]!.id)).toHaveLength(2)
  })

  it('and edits only the files of an earlier one stays beside that', async () => {
    const harness = await harnessOf(client)
    const tab = harness.open({ upload: () => Promise.reject(new Error('the disk is full')) })
    const turn = await ask(harness, tab, 'Rome?', 'Warm')
    turn.end()
    await so(() => expect(tab.isLoading()).toBe(false))
    const chat = chatOn(tab)
    await so(() => expect(chat.getMessages()).toHaveLength(2))
    const [prompt] = chat.getMessages()
    chat.setMessagesManually([])
    await chat.append({ ...prompt!, parts: [{ type: 'text', content: 'Rome?' }, note] })
    const lines = ['user: Rome?', 'assistant: Warm', 'user: Rome?|<document>']
    await so(() => expect(linesOf(chat.getMessages())).toEqual(lines))
  })
})

describe('the connection', () => {
  it('refuses options that are no functions, runs that it does not have, and messages of nobody', async () => {
    const harness = await harnessOf(client)
    const { channel, connection } = harness.open()
    expect(() => createChatConnection(channel, { prompt: 'text' as never })).toThrow('the option `prompt` is not a function')
    await expect(connection.joinRun('gone')[Symbol.asyncIterator]().next()).rejects.toThrow('unable to take up the run')
    await expect(connection.send([{ role: 'assistant', content: 'x' }])).rejects.toThrow('none of its calls waits')
    await expect(connection.send([])).rejects.toThrow('the last message is not a user’s')
    const silent = createChatConnection(channel, { prompt: () => Promise.resolve({ text: 'x' }) as never })
    await expect(silent.send([{ role: 'user', content: 'x' }])).rejects.toThrow('returned no text')
  })

  it('tells a chat that its channel has failed', async () => {
    const harness = await harnessOf(client)
    const tab = harness.open()
    await loaded(tab)
    const errors: string[] = []
    const chat = chatOn(tab, { onError: ({ message }: Error) => errors.push(message) })
    await so(() => expect(chat.getConnectionStatus()).toBe('connected'))
    const store = tab.connection.conversation.store as Store
    store.dispatch({ type: 'channel', state: 'failed', error: 'not permitted' })
    await so(() => expect(chat.getConnectionStatus()).toBe('error'))
    expect(errors).toEqual([expect.stringContaining('not permitted')])
    await chat.sendMessage('Hello')
    expect([chat.getIsLoading(), chat.getError()?.message]).toEqual([false, expect.stringContaining('not permitted')])
  })
})
