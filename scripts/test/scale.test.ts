import { describe, expect, it } from 'vitest'
import { packages, resources, UNLIMITED } from '../scale/limits.ts'
import type { Load } from '../scale/plan.ts'
import { aMillionReaders, isMet, planFor } from '../scale/plan.ts'

/** A shop with a helper: a hundred readers, and two agents. */
const small: Load = {
  readers: 100,
  agents: 2,
  conversations: 100,
  responses: 10,
  tokenRate: 50,
  tokenBytes: 5,
  appendRate: 10,
  responseSeconds: 20,
  channelsPerAgent: 50,
  reconnectSeconds: 60,
  keepDays: 1,
}

describe('the calculation of what a load needs', () => {
  it('a million readers and ten thousand agents: one connection for each agent, and rates that are agreed on', () => {
    const plan = planFor(aMillionReaders)
    expect(plan).toMatchObject({
      fits: 'enterprise',
      responsesPerAgent: 10,
      connectionsPerAgent: 1,
      connections: 1_010_000,
      channels: 1_000_000,
      prompts: 5_000,
      published: 405_000,
      delivered: 410_000,
      messageRate: 1_220_000,
      connectSeconds: 2_000,
    })
    expect(plan.checks.filter((each) => !isMet(each)).map(({ name, agreed }) => [name, agreed])).toEqual([
      ['new connections a second after an outage', true],
      ['prompts a second, if a webhook asks the agent', true],
      ['tokens a second after an outage, if Ably issues them', true],
    ])
  })

  it('a small load fits the free package', () => {
    expect(planFor(small)).toMatchObject({ fits: 'free', connectionsPerAgent: 1, messagesPerResponse: 603, needsArchive: false })
  })

  it('takes the smallest package that holds it', () => {
    expect(planFor({ ...small, readers: 5_000, conversations: 5_000, responses: 60 })).toMatchObject({ fits: 'standard' })
    expect(planFor({ ...small, readers: 30_000, conversations: 30_000, responses: 60 })).toMatchObject({ fits: 'pro' })
    expect(planFor({ ...small, readers: 60_000, conversations: 60_000, responses: 60, reconnectSeconds: 600 })).toMatchObject({
      fits: 'enterprise',
    })
  })

  it('gives an agent the connections that its appends need, and those that its channels need', () => {
    expect(planFor({ ...small, agents: 1, responses: 40 })).toMatchObject({
      connectionsPerAgent: 8,
      connectionsFor: 'the rate of messages',
    })
    expect(planFor({ ...small, channelsPerAgent: 1_000 })).toMatchObject({
      connectionsPerAgent: 5,
      connectionsFor: 'the number of channels',
    })
  })

  it('has no more appends than tokens', () => {
    expect(planFor({ ...small, tokenRate: 3 }).appendRate).toBe(3)
  })

  it('counts each reader of a conversation', () => {
    const together = planFor({ ...small, readers: 10_000, conversations: 10 })
    expect(together).toMatchObject({ readersPerConversation: 1_000, delivered: 100_500.5 })
    expect(together.checks.find(({ name }) => name === 'members present on a channel')).toMatchObject({ limit: 20_000 })
  })

  it('asks for an archive if history is shorter', () => {
    expect(planFor({ ...small, keepDays: 2 }).needsArchive).toBe(true)
    expect(planFor({ ...aMillionReaders, keepDays: 365 }).needsArchive).toBe(false)
    expect(planFor({ ...aMillionReaders, keepDays: 366 }).needsArchive).toBe(true)
  })

  it('says what fits in no package', () => {
    const plan = planFor({ ...small, appendRate: 60, tokenRate: 100 })
    expect(plan.fits).toBeUndefined()
    expect(plan.checks.filter((each) => !isMet(each)).map(({ name }) => name)).toEqual([
      'messages a second on a channel',
      'messages a second to a reader',
    ])
  })

  it.each([{ agents: 0 }, { conversations: 0 }, { readers: -1 }, { tokenRate: Number.NaN }, { responses: UNLIMITED }])(
    'refuses %o',
    (wrong) => {
      expect(() => planFor({ ...small, ...wrong })).toThrow(RangeError)
    },
  )
})

it('a larger package has no lower limit, and single resources have those of the protocol’s facts (P29, P96)', () => {
  const all = Object.values(packages)
  for (const [at, larger] of all.slice(1).entries()) {
    for (const [name, value] of Object.entries(all[at]!)) {
      if (typeof value === 'number') expect(larger[name as keyof typeof larger]).toBeGreaterThanOrEqual(value) // A key of both.
    }
  }
  expect(resources).toMatchObject({
    inboundPerConnection: 50,
    publishPerChannel: 50,
    channelsPerConnection: 200,
    presenceMembers: 200,
  })
})
