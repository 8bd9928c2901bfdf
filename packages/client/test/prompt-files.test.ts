import type { PromptFile } from '@streamfold/core'
import { selectMessages } from '@streamfold/core'
import { defineCodec, filesOf, promptContents, RS } from '@streamfold/core/codec'
import { describe, expect, it } from 'vitest'
import type { ConversationHandle, PromptInput, Upload } from '../src/index.ts'
import { channelOf, refusal } from './calls.ts'

const photo: PromptFile = { url: 'https://files.test/a.png', mediaType: 'image/png', name: 'a.png', alt: 'A cat' }
const paper: PromptFile = { url: 'http://files.test/b?c=d', mediaType: 'application/pdf' }
const picture = (name = 'a.png') => new File(['pixels'], name, { type: 'image/png' })
/** Uploads to an address that has the name of the file. */
const upload: Upload = async ({ name }) => ({ url: `https://files.test/${name}` })

const messages = ({ store }: ConversationHandle) => selectMessages(store.getState())

async function opened(options = {}) {
  const channel = channelOf()
  const mine = channel.open(options)
  await channel.live(mine)
  return { ...channel, mine }
}

describe('a prompt with files', () => {
  it.each<[string, (mine: ConversationHandle) => Promise<void>]>([
    ['as an option', (mine) => mine.sendMessage(' What is this?', { files: [photo, paper] })],
    ['in one argument', (mine) => mine.sendMessage({ text: ' What is this?', files: [photo, paper] })],
  ])('is shown at once and published, given %s', async (_, send) => {
    const { mine, done, agent, open, other, live, until } = await opened()
    const theirs = open({}, other)
    await live(theirs)
    const sent = send(mine)
    expect(messages(mine)).toMatchObject([{ status: 'sending', text: ' What is this?' }])
    expect(filesOf(messages(mine)[0]!)).toEqual([photo, paper])
    await done(sent)
    expect(agent.published('prompt')).toMatchObject([
      { data: promptContents(' What is this?', [photo, paper]).data, headers: { role: 'user', format: 'parts/1' } },
    ])
    for (const handle of [mine, theirs]) {
      await until(() => messages(handle)[0]?.status === 'complete')
      expect(messages(handle)).toMatchObject([{ text: ' What is this?', clientId: 'ann' }])
      expect(filesOf(messages(handle)[0]!)).toEqual([photo, paper])
    }
  })

  it('may have no text, and text that looks like a frame makes none', async () => {
    const { mine, done } = await opened()
    await done(mine.sendMessage({ files: [photo] }))
    await done(mine.sendMessage('\n ', { files: [photo] }))
    const forged = `${RS}{"type":"file","mediaType":"a/b","url":"https://forged.test"}\n`
    await done(mine.sendMessage(`a${forged}`, { files: [photo] }))
    expect(messages(mine).map(({ text, parts }) => [text, parts.length])).toEqual([
      ['', 1],
      ['', 1],
      [`a${forged}`.trimEnd(), 2],
    ])
  })

  it('is published with a product’s function for texts, and only what the channel needs of a file', async () => {
    const { mine, done } = await opened({ text: (data: unknown) => (typeof data === 'string' ? data : undefined) })
    await done(mine.sendMessage('Hi', { files: [{ ...photo, id: 'of the product', status: 'ready' } as PromptFile] }))
    expect(filesOf(messages(mine)[0]!)).toEqual([photo])
  })

  it('may have a file of which only the kind is known', async () => {
    const { mine, done } = await opened({ upload: () => Promise.resolve({ url: 'https://files.test/b' }) })
    await done(mine.sendMessage('Hi', { files: [{ ...photo, mediaType: 'image/*' }] }))
    await done(mine.sendMessage({ text: 'Hi', files: [new File(['x'], 'b', { type: 'image/*' })] }))
    expect(messages(mine).flatMap(filesOf)).toEqual([
      { ...photo, mediaType: 'image/*' },
      { url: 'https://files.test/b', mediaType: 'image/*', name: 'b' },
    ])
  })

  it('keeps its files when it is sent again after it failed, and when its text is edited', async () => {
    const { mine, done, harness, until } = await opened()
    const channel = harness.client.channels.get('ai:calls')
    const { publish } = channel
    channel.publish = () => {
      channel.publish = publish
      return Promise.reject(new Error('rate limit exceeded'))
    }
    await done(mine.sendMessage('One', { id: 'mine', files: [photo], headers: { mood: 'calm' } }))
    expect(messages(mine)).toMatchObject([{ status: 'failed', parts: [{ type: 'text' }, { type: 'file' }] }])
    await done(mine.retry('mine'))
    await until(() => messages(mine)[0]?.status === 'complete')
    expect(messages(mine)).toMatchObject([{ text: 'One', headers: { mood: 'calm' } }])
    expect(filesOf(messages(mine)[0]!)).toEqual([photo])
    await done(mine.edit('mine', `Two${RS}`))
    await until(() => messages(mine)[0]?.text === `Two${RS}`)
    expect(filesOf(messages(mine)[0]!)).toEqual([photo])
    await done(mine.edit('mine', ''))
    expect(messages(mine)).toMatchObject([{ text: '', headers: { mood: 'calm' } }])
    expect(filesOf(messages(mine)[0]!)).toEqual([photo])
  })

  it('is named, and not sent again, when its failed answer is retried', async () => {
    const { mine, done, agent, until } = await opened()
    await done(mine.sendMessage('One', { files: [photo] }))
    const [prompt] = messages(mine)
    const answer = await agent.begin('Oh', { status: 'failed', 'reply-to': prompt!.id })
    await until(() => messages(mine).length === 2)
    await done(mine.retry(answer))
    expect(agent.published('prompt').map(({ data, headers }) => [data, headers['again']])).toEqual([
      [promptContents('One', [photo]).data, undefined],
      ['', prompt!.id],
    ])
  })

  it.each<[string, unknown, string]>([
    ['no list', photo, 'the files are no list: give [{ url, mediaType }]'],
    ['nothing', [null], 'file 1 is no file: give { url, mediaType }'],
    ['without an address', [photo, { mediaType: 'image/png' }], 'file 2 has no address: give { url, mediaType }'],
    [
      'with a relative address',
      [{ ...photo, url: '/files/a.png' }],
      'file 1 has a relative address, which other pages cannot resolve: give `new URL(path, location.href).href`',
    ],
    [
      'with its contents',
      [{ ...photo, url: 'data:image/png;base64,AAAA' }],
      'file 1 has a `data:` address, which is no place where others find it: upload it, and give its https: address',
    ],
    [
      'of this page',
      [{ ...photo, url: ' BLOB:https://files.test/1' }],
      'file 1 has a `blob:` address, which is no place where others find it: upload it, and give its https: address',
    ],
    [
      'that runs',
      [{ ...photo, url: 'javascript:alert(1)' }],
      'file 1 has an address that cannot be fetched: give an https: or http: address',
    ],
    [
      'at no address',
      [{ ...photo, url: 'https://' }],
      'file 1 has an address that cannot be fetched: give an https: or http: address',
    ],
    ['without a type', [{ url: photo.url }], 'file 1 has no media type: give one, such as `image/png`'],
    ['of a type that is none', [{ ...photo, mediaType: 'png' }], 'file 1 has no media type: give one, such as `image/png`'],
    ['of any type', [{ ...photo, mediaType: '*/*' }], 'file 1 has no media type: give one, such as `image/png`'],
    ['with a name that is none', [{ ...photo, name: 7 }], 'file 1 has a name or an alt text that is no text: give strings'],
  ])('is refused, and nothing is shown, with a file that is %s', async (_, files, reason) => {
    const { mine, done } = await opened()
    const sent = mine.sendMessage({ text: 'Hi', files: files as PromptFile[] }) // As untyped code gives it.
    expect(await done(refusal(sent))).toEqual(['wrong-file', `unable to send the prompt; ${reason}`])
    expect(messages(mine)).toEqual([])
  })

  it('is refused if it is larger than a message may be, or empty', async () => {
    const { mine, done } = await opened()
    const files = [{ ...photo, url: `https://files.test/${'x'.repeat(70_000)}` }]
    const [code, text] = await done(refusal(mine.sendMessage('Hi', { files })))
    expect([code, text]).toEqual([
      'prompt-too-large',
      'unable to send the prompt; it is 69 kB and the limit is 64 kB: shorten it, or send fewer files with it',
    ])
    expect((await done(refusal(mine.sendMessage({ text: ' ', files: [] }))))[0]).toBe('empty-prompt')
    expect((await done(refusal(mine.sendMessage({ text: 7 } as unknown as PromptInput))))[1]).toBe(
      'unable to send the prompt; the text is a number: give a string',
    )
    expect(messages(mine)).toEqual([])
  })

  it('is refused on a channel whose format has no files', async () => {
    const codec = defineCodec({
      decode: ({ data }) => ({ data, headers: undefined }),
      prompt: ({ text }) => ({ name: 'x', data: text, extras: {} }),
    })
    const { mine, done } = await opened({ codec })
    const sent = mine.sendMessage('Hi', { files: [photo] })
    expect(await done(refusal(sent))).toEqual([
      'wrong-file',
      'unable to send the prompt; this channel’s format has no files: send the text without them',
    ])
  })
})

describe('files without an address', () => {
  it('are uploaded first, and sent in their order', async () => {
    const { mine, done } = await opened({ upload })
    const sent = mine.sendMessage('Hi', { files: [picture(), photo, new Blob(['text'], { type: 'text/plain' })] })
    expect(messages(mine)).toEqual([])
    await done(sent)
    expect(filesOf(messages(mine)[0]!)).toEqual([
      { url: 'https://files.test/a.png', mediaType: 'image/png', name: 'a.png' },
      photo,
      { url: 'https://files.test/', mediaType: 'text/plain' },
    ])
  })

  it('need the option `upload`', async () => {
    const { mine, done } = await opened()
    expect(await done(refusal(mine.sendMessage('Hi', { files: [picture()] })))).toEqual([
      'no-upload',
      'unable to send the prompt; a file has no address yet: set the option `upload`, or upload it first and give its address',
    ])
  })

  it.each<[string, Upload, string]>([
    ['rejects', () => Promise.reject(new Error('the store is full')), 'the store is full: try again'],
    [
      'throws',
      () => {
        throw new Error('the store is full')
      },
      'the store is full: try again',
    ],
    [
      'returns nothing',
      (() => Promise.resolve()) as unknown as Upload,
      'what `upload` returned has no address: give { url, mediaType }',
    ],
    [
      'returns what is no address for others',
      async () => ({ url: 'blob:x' }),
      'what `upload` returned has a `blob:` address, which is no place where others find it: upload it, and give its https: address',
    ],
  ])('are not sent where `upload` %s; the other uploads are aborted', async (_, fails, reason) => {
    const signals: AbortSignal[] = []
    const uploads: Upload = (file, task) => {
      signals.push(task.signal)
      return file.name === 'a.png' ? fails(file, task) : new Promise(() => {})
    }
    const { mine, done } = await opened({ upload: uploads })
    const sent = mine.sendMessage('Hi', { files: [picture('b.png'), picture()] })
    expect(await done(refusal(sent))).toEqual(['upload-failed', `unable to upload "a.png"; ${reason}`])
    expect([messages(mine), signals.every(({ aborted }) => aborted)]).toEqual([[], true])
  })
})
