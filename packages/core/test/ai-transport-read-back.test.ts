import { describe, expect, it } from 'vitest'
import { channel, dataOf, expectedParts, headersOf, plain, write } from './their-channel.ts'
import { documents, frameStarts } from './their-documents.ts'

describe('what Streamfold’s readers make of these messages is what was written', () => {
  /** What no agent writes, and what is shown at the end of the response only. */
  const others = new Set([
    'reasoning behind its end',
    'reasoning behind a step',
    'reasoning that goes on as a text of its name',
    'more of what is not there',
    'an input behind a step',
    'an output that is no JSON',
    'an output without an end',
  ])
  const same = documents.filter(([name]) => !others.has(name))

  it.each(same)('%s', async (_, first, frames) => {
    const data = dataOf(first, frames)
    const everywhere = Array.from({ length: data.length }, (_, at) => at)
    for (const cuts of [[], frameStarts(data), everywhere]) {
      const [message] = (await write(data, cuts)).read()
      expect(message).toMatchObject({ status: 'complete', continuity: 'contiguous' })
      expect(plain(message?.parts ?? [])).toEqual(plain(expectedParts(data)))
    }
  })

  it.each(same)('%s, also where an operation was refused', async (_, first, frames) => {
    const data = dataOf(first, frames)
    for (let nth = 3; nth < 9; nth++) {
      const { writer, read } = channel((n) => n === nth)
      const { serial } = await writer.create({ id: 'r', text: '', headers: { role: 'assistant', status: 'streaming' } })
      const half = Math.floor(data.length / 2)
      const all = [data.slice(0, half), data.slice(half)].map((each) =>
        writer.append(serial, { text: each, headers: headersOf('streaming') }),
      )
      await Promise.allSettled(all)
      const repair = () => writer.update(serial, { text: data, headers: headersOf('complete') })
      await repair().catch(repair)
      expect([nth, plain(read()[0]!.parts)]).toEqual([nth, plain(expectedParts(data))])
      expect(read()[0]).toMatchObject({ status: 'complete' })
    }
  })
})
