import { describe, expect, it } from 'vitest'
import { tryLaw } from '../src/harness/try-law.ts'
import { worldOf } from '../src/harness/world.ts'
import { laws } from '../src/laws/laws.ts'
import { oneOf } from '../src/report/one-of.ts'
import { modelLayer, modelLink, virtualPatience } from './model-layer.ts'

const tried = (id: string, layer: ReturnType<typeof modelLayer>) =>
  tryLaw(
    laws.find((law) => law.id === id)!,
    layer,
    virtualPatience(),
    modelLink,
  )

describe.each(laws.map(({ id }) => id))('the law %s', (id) => {
  it('is kept by a layer without defects', async () => {
    expect(await tried(id, modelLayer())).toEqual({ answer: 'yes' })
  })

  it('is not kept by a layer that breaks it', async () => {
    expect(await tried(id, modelLayer(id))).toEqual({ answer: 'no', reason: expect.stringContaining('not so') })
  })
})

it('a law is settled when the requests of the agent have been answered, too', async () => {
  let looks = 0
  const agentLink = { ...modelLink(), isAnswered: () => ++looks > 50 }
  await worldOf({ ...(await modelLayer().start()), agentLink }, modelLink, virtualPatience()).settled()
  expect(looks).toBeGreaterThan(60)
})

describe('an answer', () => {
  it('is none where the layer cannot have the fault', async () => {
    const layer = { ...modelLayer(), without: { lose: 'nothing is lost' } }
    expect(await tried('lost', layer)).toEqual({ answer: 'not applicable', reason: 'nothing is lost' })
  })

  it('is by design where the documentation excludes what is not so, and yes where the law is kept all the same', async () => {
    const excludes = { idle: { says: 'pages are not told', address: 'https://example.com/docs' } }
    expect(await tried('idle', { ...modelLayer('idle'), excludes })).toEqual({
      answer: 'by design',
      reason: 'pages are not told (https://example.com/docs)',
    })
    expect(await tried('idle', { ...modelLayer(), excludes })).toEqual({ answer: 'yes' })
  })

  it('is an error where the set-up fails, and no answer', async () => {
    const layer = modelLayer()
    const silent = {
      ...layer,
      start: async () => ({
        ...(await layer.start()),
        agent: { ...(await layer.start()).agent, asked: () => new Promise<never>(() => undefined) },
      }),
    }
    await expect(tried('late', silent)).rejects.toThrow('unable to try the law; the agent is asked')
  })

  it('of several rounds is no, with how often, where one of them is', () => {
    const [yes, no] = [{ answer: 'yes' }, { answer: 'no', reason: 'it is going' }] as const
    expect(oneOf([yes, yes, yes])).toEqual(yes)
    expect(oneOf([no, no])).toEqual(no)
    expect(oneOf([yes, no, yes])).toEqual({ answer: 'no', reason: '1 of 3 times: it is going' })
  })

  it('has a law for each id', () => {
    expect(new Set(laws.map(({ id }) => id)).size).toBe(laws.length)
  })
})
