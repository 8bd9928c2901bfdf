import { describe, expect, it } from 'vitest'
import type { Conversation, MessageRecord } from '@streamfold/core'
import { emptyConversation, reduce, selectMessage, selectMessages, toJSON } from '@streamfold/core'
import { answer, asked, heard, say, theirs } from './theirs.ts'

/** The expected list, computed in the simplest way, without any cache. */
function plainly(state: Conversation): readonly (readonly [string, string, string | undefined])[] {
  const all = toJSON(state).records
  const nameOf = ({ role, clientId, placement, id }: MessageRecord) =>
    placement?.group === undefined ? id : JSON.stringify([role, role === 'user' && clientId, placement.group])
  const names = [...new Set(all.map(nameOf))]
  return names.map((name) => {
    const parts = all.filter((message) => nameOf(message) === name)
    const texts = parts.filter(({ placement, text }) => placement?.mark !== true && text !== '').map(({ text }) => text)
    const replyTo = parts.find((part) => part.replyTo !== undefined)?.replyTo
    const prompt = all.find(({ role, key, placement }) => role === 'user' && (placement?.group ?? key) === replyTo)
    return [parts[0]!.id, texts.join('\n\n'), prompt?.id ?? replyTo]
  })
}

const listed = (state: Conversation) => selectMessages(state).map(({ id, text, replyTo }) => [id, text, replyTo] as const)

/** Numbers below `below`, the same for the same seed. */
function chance(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return Math.floor((state / 2_147_483_648) * below)
  }
}

const serialOf = (n: number) => `s${String(n).padStart(4, '0')}`

/** Messages of a channel: prompts of one or two texts, runs of one or two, some messages without a group, some changed later. */
function day(next: (below: number) => number): Record<string, unknown>[] {
  const all: Record<string, unknown>[] = []
  const serial = () => serialOf(all.length)
  for (let n = 0; n < 25; n++) {
    const key = `key-${n}`
    const transport = { 'run-id': `run-${n}`, 'input-codec-message-id': key }
    for (let part = 0; part <= next(2); part++) {
      const extras = { ai: { transport: { 'codec-message-id': key }, codec: { kind: 'user-message', partType: 'text' } } }
      all.push(asked(serial(), `question ${n}.${part}`, { extras, clientId: next(4) === 0 ? 'ben' : 'ann' }))
    }
    if (next(5) > 0) all.push(theirs('ai-run-start', serial(), transport))
    for (let part = 0; part <= next(2); part++) {
      const whose = next(6) === 0 ? {} : transport
      const extras = { ai: { transport: { stream: 'true', status: 'streaming', ...whose }, codec: { kind: 'text' } } }
      all.push(answer('create', serial(), `answer ${n}.${part}`, { serial: serial(), extras }))
    }
    if (next(4) > 0) all.push(theirs('ai-run-end', serial(), { ...transport, 'run-reason': 'complete' }))
  }
  const texts = all.filter(({ name }) => name === 'ai-output')
  const changes = texts
    .filter(() => next(4) === 0)
    .map(({ serial }, n) => {
      const transport = { stream: 'true', status: 'complete', ...(next(2) > 0 && { 'run-id': `run-${next(25)}` }) }
      return answer(next(5) === 0 ? 'delete' : 'update', `v${n}`, 'changed', {
        serial: String(serial),
        extras: { ai: { transport, codec: { kind: 'text' } } },
      })
    })
  return [...all, ...changes]
}

function shuffled<Item>(items: readonly Item[], next: (below: number) => number): Item[] {
  const rest = [...items]
  return items.map(() => rest.splice(next(rest.length), 1)[0]!)
}

describe('a list with message groups equals one that is computed without caches', () => {
  const orders = {
    forwards: (all: Record<string, unknown>[]) => all,
    backwards: (all: Record<string, unknown>[]) => all.toReversed(),
    'prompts last': (all: Record<string, unknown>[]) => [
      ...all.filter(({ name }) => name !== 'ai-input'),
      ...all.filter(({ name }) => name === 'ai-input'),
    ],
    shuffled: (all: Record<string, unknown>[], next: (below: number) => number) => shuffled(all, next),
  }

  it.each(Object.entries(orders))('%s', (_, order) => {
    for (let seed = 1; seed <= 6; seed++) {
      const next = chance(seed)
      let state = emptyConversation()
      for (const [n, raw] of order(day(next), next).entries()) {
        state = reduce(state, say(raw))
        // Sometimes after every event, sometimes long after.
        if (n % 5 === 0) expect(listed(state)).toEqual(plainly(state))
      }
      expect(listed(state)).toEqual(plainly(state))
      for (const message of selectMessages(state)) expect(selectMessage(state, message.id)).toBe(message)
    }
  })

  it('keeps every message that does not change, whatever the length of the list', () => {
    const state = heard(day(chance(7)))
    const before = selectMessages(state)
    const grown = heard([answer('create', 's9999', 'new', { serial: 's9999', transport: { 'run-id': 'new' } })], state)
    expect(selectMessages(grown).slice(0, -1)).toEqual(before)
    expect(selectMessages(grown).filter((message) => !before.includes(message))).toHaveLength(1)
    expect(selectMessages(grown)).toBe(selectMessages(grown))
  })
})
