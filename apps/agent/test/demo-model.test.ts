import type { LanguageModelV4, LanguageModelV4StreamPart } from '@ai-sdk/provider'
import { describe, expect, test } from 'vitest'
import { createDemoModel } from '../src/demo/demo-model.ts'
import { createFindPassage } from '../src/demo/find-passage.ts'
import { readKnowledge } from '../src/demo/knowledge.ts'
import { modelPace } from '../src/demo/pace.ts'
import { promptMark } from '../src/demo/prompt-mark.ts'
import { wordPieces } from '../src/demo/word-pieces.ts'
import { gif, pdf, png } from './sample-files.ts'

const knowledge = readKnowledge()
const find = createFindPassage(knowledge)
const model = createDemoModel({ wait: async () => undefined })

function prompt(text: string): Parameters<LanguageModelV4['doStream']>[0] {
  return { prompt: [{ role: 'user', content: [{ type: 'text', text }] }] }
}

async function answer(question: string, asked = model): Promise<string> {
  const { stream } = await asked.doStream(prompt(question))
  let text = ''
  for await (const part of stream) if (part.type === 'text-delta') text += part.delta
  return text
}

describe('a question finds its passage', () => {
  test.each([
    ['hello', 'hello'],
    ['Hi!', 'hello'],
    ['What can you do?', 'hello'],
    ['Thanks!', 'hello'],
    ['What is Ably AI Transport?', 'ai-transport'],
    ['what is ai transport', 'ai-transport'],
    ['Tell me about Ably', 'ai-transport'],
    ['What is Streamfold?', 'streamfold'],
    ['How does message-per-response work?', 'message-per-response'],
    ['How does the message per response pattern work?', 'message-per-response'],
    ['What is a serial?', 'message-per-response'],
    ['What happens when I lose my connection?', 'connection-loss'],
    ['What happens when I lose my connection? Tell me everything, with a table and code.', 'connection-loss'],
    ['Good morning. I am writing a report for my boss. How does message-per-response work?', 'message-per-response'],
    ['what if I go offline', 'connection-loss'],
    ["What happens if my network drops while you're answering?", 'connection-loss'],
    ['What happens when I reload the page?', 'history'],
    ['Can I open it in a second tab?', 'history'],
    ['How do I use this with React?', 'react'],
    ['show me react code', 'react'],
    ['How do I use this with Vue?', 'vue'],
    ['does it work in vue?', 'vue'],
    ['Can I use it without a framework?', 'no-framework'],
    ['How do I stop an answer?', 'stop'],
    ['how can I cancel a response', 'stop'],
    ['What is a gap?', 'gap-and-repair'],
    ['What is a repair?', 'gap-and-repair'],
    ['what is a gap and what is a repair?', 'gap-and-repair'],
    ['What happens when the agent crashes?', 'crash'],
    ['What is local Ably?', 'local-ably'],
    ['Where do I put my API key?', 'security'],
    ['Is it secure?', 'security'],
    ['Which model are you?', 'demo-model'],
    ['Are you ChatGPT?', 'demo-model'],
    ['Show me Markdown', 'markdown'],
    ['Can you show all markdown features?', 'markdown'],
    ['Give me a long answer', 'long-answer'],
    ['Write a long essay, please', 'long-answer'],
    ['What are the laws?', 'laws'],
    ['How does time travel work?', 'inspector'],
  ])('%s → %s', (question, name) => expect(find(question)?.name).toBe(name))

  test.each([
    'What is the capital of France?',
    'Write me a poem about cats',
    'What is 2+2?',
    'Who won the world cup?',
    'How do I bake bread?',
    'What will the weather be tomorrow?',
    'Why is the sky blue?',
    'qwertz asdf',
    'Translate "good night" into Japanese',
    'Recommend a book',
  ])('%s → it admits that it does not know', async (question) => {
    expect(find(question)).toBeUndefined()
    expect(await answer(question)).toMatch(/^I do not know that\./)
  })
})

test('every passage is found by each of its own questions', () => {
  for (const { name, asks } of knowledge) for (const ask of asks) expect([ask, find(ask)?.name]).toEqual([ask, name])
})

test('every answer says briefly that it is the demo model', async () => {
  for (const question of ['hello', 'show markdown', 'nonsense xyz'])
    expect((await answer(question)).trim()).toMatch(/\n\*I am the demo model.*\*$/)
})

test('the long answer is long', () => {
  expect(find('a long answer')?.text.split(/\s+/).length).toBeGreaterThan(600)
})

describe('asked again', () => {
  const asked = (question: string, attempt: number): Parameters<LanguageModelV4['doStream']>[0] => ({
    prompt: [{ role: 'user', content: [{ type: 'text', text: question }], providerOptions: promptMark(attempt) }],
  })
  async function attempt(question: string, number: number): Promise<string> {
    const { content } = await model.doGenerate(asked(question, number))
    return content.map((part) => (part.type === 'text' ? part.text : '')).join('')
  }

  test.each(['What is a serial?', 'a long answer', 'nonsense xyz', 'hello'])(
    '%s: in other words, the same for the same attempt',
    async (question) => {
      const attempts = await Promise.all([1, 2, 3, 4, 5, 6, 7].map((number) => attempt(question, number)))
      expect(new Set(attempts.map((text) => text.slice(0, 10))).size).toBeGreaterThan(2)
      expect(new Set(attempts).size).toBe(7)
      expect(attempts[0]).toBe(await answer(question))
      expect(attempts[3]).toBe(await attempt(question, 4))
      expect(attempts[6]).toMatch(/\n\*I am the demo model.* This is my answer number 7\.\*$/)
    },
  )

  test('what is to be repeated is repeated', async () => {
    expect(await attempt('repeat exactly: one', 3)).toBe('one')
  })
})

describe('repeat exactly', () => {
  test.each([
    '<img src=x onerror=alert(1)>',
    '  indented\n\n```js\nunclosed',
    '<|endoftext|> 👩‍👩‍👧 日本語 \u202e naïve',
    '[click](javascript:alert(1))',
  ])('gives back %j', async (text) => {
    expect(await answer(`repeat exactly: ${text}`)).toBe(text)
    expect(await answer(`Repeat exactly:\n${text}`)).toBe(text)
  })
})

describe('tokens', () => {
  test('join to the exact text, and none cuts a character', () => {
    for (const text of [...knowledge.map((passage) => passage.text), '👩‍👩‍👧🎉🇩🇪 日本語 \u0000 e\u0301', '']) {
      const pieces = [...wordPieces(text)]
      expect(pieces.join('')).toBe(text)
      for (const piece of pieces) expect(piece).not.toMatch(/\p{Surrogate}|^$/u)
    }
  })

  test('come unevenly, 20 to 60 ms apart, the same for the same seed', () => {
    const pace = modelPace(1, 7)
    const again = modelPace(1, 7)
    const pauses = Array.from({ length: 200 }, () => pace(' word'))
    expect(pauses.map(() => again(' word'))).toEqual(pauses)
    const steady = pauses.slice(1)
    expect(Math.min(...steady)).toBeGreaterThanOrEqual(20)
    expect(Math.max(...steady)).toBeLessThanOrEqual(60)
    expect(new Set(steady).size).toBeGreaterThan(100)
    expect(modelPace(0, 7)('x.')).toBe(0)
  })

  test('stop at once when the signal aborts', async () => {
    const abort = new AbortController()
    const { stream } = await createDemoModel({ pace: 0 }).doStream({ ...prompt('a long answer'), abortSignal: abort.signal })
    const parts: LanguageModelV4StreamPart[] = []
    const reading = (async () => {
      for await (const part of stream) if (parts.push(part) === 10) abort.abort()
    })()
    await expect(reading).rejects.toThrow('aborted')
    expect(parts).toHaveLength(10)
  })
})

describe('files', () => {
  const file = (data: Uint8Array | string, mediaType: string, filename?: string) =>
    ({ type: 'file', data: { type: 'data', data }, mediaType, ...(filename !== undefined && { filename }) }) as const

  async function said(text: string, ...files: readonly ReturnType<typeof file>[]): Promise<string> {
    const { stream } = await model.doStream({ prompt: [{ role: 'user', content: [{ type: 'text', text }, ...files] }] })
    let answer = ''
    for await (const part of stream) if (part.type === 'text-delta') answer += part.delta
    return answer
  }

  test('an image is described by what came of it', async () => {
    const image = png(320, 200)
    const expected = `I received an image, \`photo.png\`, 320 × 200 pixels, ${image.length} bytes.\n\n*I am`
    expect(await said('What is this, please?', file(image, 'image/png', 'photo.png'))).toContain(expected)
    expect(await said('', file(image.toString('base64'), 'image/png', 'photo.png'))).toContain(expected)
  })

  test('several are listed, and a question that has an answer is answered as well', async () => {
    const answered = await said('What is a serial?', file(pdf, 'application/pdf', 'a.pdf'), file(gif(3, 2), 'image/gif'))
    expect(answered).toContain(`I received 2 files:\n\n- a PDF, \`a.pdf\`, ${pdf.length} bytes\n- an image, 3 × 2 pixels, `)
    expect(answered).toContain('serial')
  })
})
