import { selectMessages } from '@streamfold/core'
import { filesOf } from '@streamfold/core/codec'
import { defineAiTransport } from '@streamfold/core/ai-transport'
import { until } from '@streamfold/testkit'
import { describe, expect, it, vi } from 'vitest'
import { harness } from './ai-transport-harness.ts'

const photo = { url: 'https://files.test/a.png', mediaType: 'image/png', name: 'a.png', alt: 'A cat' }
const paper = { url: 'https://files.test/b', mediaType: 'application/pdf' }

describe('files of a prompt on a channel of AI Transport', () => {
  it.each<[string, string, readonly string[]]>([
    ['with a text', 'What is this?', ['text What is this?', 'file https://files.test/a.png', 'file https://files.test/b']],
    ['alone', '', ['file https://files.test/a.png', 'file https://files.test/b']],
  ])('are shown by their clients and given to their agent, %s', async (_, text, expected) => {
    const { asker, agent, bob, page } = await harness()
    const theirs = await bob()
    await asker.sendMessage({ text, files: [photo, paper] })
    const answering = await agent.next()
    const partsOf = (parts: readonly object[]) =>
      parts.map((part) => ('text' in part ? `text ${String(part.text)}` : 'url' in part ? `file ${String(part.url)}` : 'other'))
    await vi.waitUntil(() => theirs.session.view.getMessages().length === 1)
    expect(theirs.session.view.getMessages().map(({ message }) => partsOf(message.parts))).toEqual([expected])
    const asked = answering.run.view.getMessages().map(({ message }) => partsOf(message.parts))
    expect(asked[0]).toEqual(expected)
    await answering.say('A cat')
    await answering.complete()
    for (const { store } of [asker, page(), page({}, { clientId: 'eve' })]) {
      const [prompt, answer] = selectMessages(await until(store, (state) => selectMessages(state).at(-1)?.text === 'A cat'))
      expect([prompt?.text, filesOf(prompt!)]).toEqual([text, [photo, paper]])
      expect(answer?.replyTo).toBe(prompt?.id)
    }
  })

  it('of their clients are shown', async () => {
    const { asker, bob } = await harness()
    const { session } = await bob()
    const parts = [
      { type: 'text', text: 'Look' },
      { type: 'file', mediaType: 'image/png', url: photo.url },
    ] as const
    await session.view.send({ kind: 'user-message', message: { id: 'm', role: 'user', parts: [...parts] } })
    const state = await until(asker.store, (now) => selectMessages(now)[0]?.parts.length === 2)
    expect(selectMessages(state)).toMatchObject([{ text: 'Look', parts }])
  })

  it('are published once, also where the client hears nothing of itself, and sent again after they failed', async () => {
    const { page } = await harness()
    const mine = page({}, { clientId: 'carl', echoMessages: false })
    await until(mine.store, (state) => state.context.channel.status === 'live')
    vi.spyOn(mine.channel, 'publish').mockRejectedValueOnce(new Error('rate limit exceeded'))
    await mine.sendMessage({ text: 'Hi', files: [photo] }, { id: 'mine' })
    expect(selectMessages(mine.store.getState())).toMatchObject([{ status: 'failed', parts: [{}, { url: photo.url }] }])
    await mine.retry('mine')
    const shown = selectMessages(mine.store.getState())
    expect(shown).toMatchObject([{ key: 'mine', status: 'complete', text: 'Hi' }])
    expect(filesOf(shown[0]!)).toEqual([photo])
    const { items } = await mine.channel.history()
    expect(items.map(({ id }) => id)).toEqual(['mine:1', 'mine:0'])
  })

  it('are refused where the codec of the product has other parts', async () => {
    const { page } = await harness()
    const mine = page({ codec: defineAiTransport({ prompt: 'input_text' }) })
    await expect(mine.sendMessage('Hi', { files: [photo] })).rejects.toMatchObject({
      code: 'wrong-file',
      message: 'unable to send the prompt; this channel’s format has no files: send the text without them',
    })
  })
})
