// @vitest-environment happy-dom
import type { Upload } from '@streamfold/client'
import { filesOf } from '@streamfold/core/codec'
import { describe, expect, it } from 'vitest'
import type { ConversationUIMessage } from '../src/index.ts'
import type { ChatDriver } from './chat-driver.ts'
import { drivers } from './drivers.ts'
import { harnessOf, so } from './fixture.ts'

const photo = { type: 'file', mediaType: 'image/png', url: 'https://files.test/a.png', filename: 'a.png' } as const
const inline = { type: 'file', mediaType: 'image/png', url: 'data:image/png;base64,iVBORw==', filename: 'b.png' } as const
const plain = { type: 'file', mediaType: 'text/plain', url: 'data:text/plain,a%20b' } as const
const text = { type: 'text', text: 'What is this?' } as const

describe.each(drivers)('files in useChat of $framework', (driver: ChatDriver) => {
  it('are published by their addresses, and shown in every tab and after a reload', async () => {
    const { agent, open } = await harnessOf(driver)
    const [tab, other] = [open(), open({ clientId: 'ben' })]
    void tab.send({ parts: [text, photo] })
    const turn = await agent.asked()
    expect(filesOf(turn.task.prompt)).toEqual([{ url: photo.url, mediaType: 'image/png', name: 'a.png' }])
    turn.write('A cat')
    turn.end()
    for (const each of [tab, other, open()]) {
      await so(() => expect(each.lines()).toEqual(['user: What is this?|<file>', 'assistant: A cat']))
      expect(each.messages()[0]?.parts).toMatchObject([text, photo])
      await so(() => expect(each.status()).toBe('ready'))
    }
  })

  it('are uploaded first where they are `data:` URLs, and the channel has none of their contents', async () => {
    const { agent, open } = await harnessOf(driver)
    const uploaded: (readonly [string, string, string])[] = []
    const upload: Upload = async (file) => {
      uploaded.push([file.name, file.type, Buffer.from(await file.arrayBuffer()).toString('hex')])
      return { url: `https://files.test/${uploaded.length}` }
    }
    const tab = open({ upload })
    void tab.send({ parts: [inline, photo, plain] })
    const turn = await agent.asked()
    expect(uploaded).toEqual([
      ['b.png', 'image/png', '89504e47'],
      ['', 'text/plain', '612062'],
    ])
    expect(filesOf(turn.task.prompt).map(({ url }) => url)).toEqual(['https://files.test/1', photo.url, 'https://files.test/2'])
    turn.end()
    for (const each of [tab, open()])
      await so(() =>
        expect(each.messages()[0]?.parts).toMatchObject([
          { url: 'https://files.test/1', filename: 'b.png' },
          { url: photo.url },
          { url: 'https://files.test/2' },
        ]),
      )
  })

  it('without an address need the option `upload`; an upload that fails publishes nothing, and can be tried again', async () => {
    const { agent, open } = await harnessOf(driver)
    const bare = open()
    void bare.send({ parts: [text, inline] })
    await so(() => expect(bare.error()).toContain('a file has no address yet: set the option `upload`'))
    void bare.send({ parts: [text, { ...inline, url: 'data:image/png;base64,?' }] })
    await so(() =>
      expect(bare.error()).toContain('the contents of a file cannot be read: attach it again, or give them as base64'),
    )
    void bare.send({ parts: [text, { ...inline, url: 'blob:https://files.test/1' }] })
    await so(() => expect(bare.error()).toContain('file 1 has a `blob:` address'))
    let isFull = true
    const tab = open({ upload: async () => (isFull ? Promise.reject(new Error('the store is full')) : { url: photo.url }) })
    void tab.send({ parts: [text, inline] })
    await so(() => expect(tab.error()).toBe('unable to upload "b.png"; the store is full: try again'))
    expect(tab.lines()).toEqual(['user: What is this?|<file>'])
    expect(agent.prompts).toEqual([])
    isFull = false
    void tab.regenerate()
    const turn = await agent.asked()
    expect(filesOf(turn.task.prompt)).toMatchObject([{ url: photo.url, name: 'b.png' }])
    turn.write('A cat')
    turn.end()
    await so(() => expect(tab.lines().at(-1)).toBe('assistant: A cat'))
    expect(tab.messages()[0]?.parts).toMatchObject([text, { url: photo.url }])
    await so(() => expect(tab.status()).toBe('ready'))
    expect(agent.prompts).toHaveLength(1)
  })

  it('that are others make an edit of a prompt with the same words, and the same ones ask for another answer', async () => {
    const { agent, open } = await harnessOf(driver)
    let uploads = 0
    const upload: Upload = () => Promise.resolve({ url: `https://files.test/${++uploads}.png` })
    const tab = open({ upload })
    const answered = async (files: readonly string[], versions: number) => {
      const turn = await agent.asked()
      expect(filesOf(turn.task.prompt).map(({ url }) => url)).toEqual(files)
      turn.write('A cat')
      turn.end()
      await so(() => expect([tab.status(), tab.error()]).toEqual(['ready', undefined]))
      await so(() => expect(tab.transport.conversation.siblings(turn.task.prompt.id)).toHaveLength(versions))
    }
    const again = (parts: ConversationUIMessage['parts']) => {
      const [prompt, ...more] = tab.messages()
      tab.show([{ ...prompt!, parts }, ...more])
      return tab.regenerate()
    }
    void tab.send({ parts: [text, photo] })
    await answered([photo.url], 1)
    void again([text, { ...photo, url: 'https://files.test/b.png' }])
    await answered(['https://files.test/b.png'], 2)
    void again([text, inline])
    await answered(['https://files.test/1.png'], 3)
    void tab.regenerate()
    await answered(['https://files.test/1.png'], 3)
    void again([text])
    await answered([], 4)
  })

  it('are not uploaded twice where a chat that is not followed asks for another answer', async () => {
    const { agent, open } = await harnessOf(driver)
    let uploads = 0
    const upload: Upload = () => Promise.resolve({ url: `https://files.test/${++uploads}.png` })
    const tab = open({ upload, follow: false })
    for (const ask of [() => tab.send({ parts: [text, inline] }), () => tab.regenerate()]) {
      void ask()
      const turn = await agent.asked()
      expect(filesOf(turn.task.prompt).map(({ url }) => url)).toEqual(['https://files.test/1.png'])
      turn.write('A cat')
      turn.end()
      await so(() => expect([tab.status(), tab.error()]).toEqual(['ready', undefined]))
    }
    expect(uploads).toBe(1)
    expect(tab.messages()[0]?.parts).toMatchObject([text, inline])
  })

  it('are not published if the chat is stopped while they are uploaded', async () => {
    const { agent, open } = await harnessOf(driver)
    let isAborted = false
    const upload: Upload = (_, { signal }) =>
      new Promise((_resolve, reject) =>
        signal.addEventListener('abort', () => {
          isAborted = true
          reject(new Error('aborted'))
        }),
      )
    const tab = open({ upload })
    void tab.send({ parts: [text, inline] })
    await so(() => expect(tab.status()).toBe('submitted'))
    await tab.stop()
    await so(() => expect([isAborted, tab.status(), tab.error()]).toEqual([true, 'ready', undefined]))
    expect(agent.prompts).toEqual([])
  })
})
