import { selectMessages, selectPath, selectPromptStates, selectStatus } from '@streamfold/core'
import { defineCodec } from '@streamfold/core/codec'
import { describe, expect, it } from 'vitest'
import type { ConversationHandle, OpenOptions } from '../src/index.ts'
import { selectError, selectMessageIds, selectSiblingIds, selectUnansweredPrompt, view } from '../src/index.ts'
import { channelOf, refusal } from './calls.ts'

/** What an opener shows: the texts of its path. */
const shown = ({ store, head }: ConversationHandle) =>
  selectPath(store.getState(), head(store.getState()))
    .map(({ text }) => text)
    .join(' | ')

/** A conversation with one prompt and its response, open on two devices of ann's, and on one of bob's. */
async function talk(options: OpenOptions = {}) {
  const channel = channelOf()
  const { open, live, done, until, agent, other } = channel
  const [mine, phone, bobs] = [open(options), open(options), open(options, other)]
  for (const handle of [mine, bobs]) await live(handle)
  await done(mine.sendMessage('One', { id: 'one' }))
  const prompt = agent.published('prompt')[0]!.serial // It was just sent.
  const answer = await agent.begin('First', { status: 'complete', 'reply-to': prompt })
  const all = [mine, phone, bobs]
  for (const handle of all) await until(() => shown(handle) === 'One | First', 'the response is shown')
  /** The newest prompt is answered. */
  const respond = (text: string, status = 'complete') =>
    agent.begin(text, { status, 'reply-to': agent.published('prompt').at(-1)!.serial }) // There is one.
  const shows = (handle: ConversationHandle, text: string) =>
    until(() => shown(handle) === text, `${text}, and not ${shown(handle)}`)
  return { ...channel, mine, phone, bobs, all, prompt, answer, respond, shows }
}

type Talk = Awaited<ReturnType<typeof talk>>

const refuse = (transport: object) => {
  const { publish } = transport as { publish: unknown }
  Object.assign(transport, { publish: () => Promise.reject(new Error('the rate limit is exceeded')) })
  return () => void Object.assign(transport, { publish })
}

describe('a prompt', () => {
  it('names the last message of the path that its author saw', async () => {
    const { mine, bobs, done, until, agent, answer, prompt, shows } = await talk()
    await done(mine.sendMessage('Two'))
    expect(agent.published('prompt').map(({ headers }) => headers)).toEqual([{ role: 'user' }, { role: 'user', parent: answer }])
    await until(() => shown(bobs).endsWith('Two'))
    await done(mine.edit(prompt, 'One, but better'))
    await shows(bobs, 'One, but better')
    await done(bobs.choose(prompt))
    await done(bobs.sendMessage('Three'))
    const two = agent.published('prompt')[1]!.serial // Four were sent.
    expect(agent.published('prompt')[3]?.headers).toEqual({ role: 'user', parent: two })
    await shows(bobs, 'One | First | Two | Three')
    await shows(mine, 'One, but better')
  })

  it('behind an edit that is still being sent follows that edit', async () => {
    const { mine, phone, harness, done, agent, prompt, shows } = await talk()
    harness.drop()
    const edited = mine.edit(prompt, 'Edited')
    const sent = mine.sendMessage('Behind')
    await shows(mine, 'Edited | Behind')
    await shows(phone, 'Edited | Behind')
    harness.reconnect()
    await done(Promise.all([edited, sent]))
    const [, edit, behind] = agent.published('prompt')
    expect([edit?.data, behind?.data, behind?.headers['parent']]).toEqual(['Edited', 'Behind', edit?.serial])
    await shows(mine, 'Edited | Behind')
  })

  it('behind an edit that failed fails with it, and both can be retried', async () => {
    const { mine, transport, done, agent, prompt, shows } = await talk()
    const allow = refuse(transport)
    const edited = refusal(mine.edit(prompt, 'Edited'))
    const sent = mine.sendMessage('Behind', { id: 'behind' })
    expect((await done(edited))[0]).toBe('edit-failed')
    await done(sent)
    allow()
    await shows(mine, 'One | First')
    const [edit] = mine.siblings(prompt).slice(1)
    await done(mine.retry(edit!.key)) // The failed one is a sibling.
    await done(mine.retry('behind'))
    await shows(mine, 'Edited | Behind')
    expect(agent.published('prompt').at(-1)?.headers['parent']).toBe(agent.published('prompt').at(-2)?.serial)
  })
})

describe('regenerate', () => {
  it('asks for another response, which everybody sees', async () => {
    const { mine, phone, bobs, all, done, agent, prompt, answer, respond, shows } = await talk()
    await done(mine.regenerate(answer, { headers: { mood: 'calm' }, id: 'again' }))
    expect(agent.published('prompt').at(-1)).toMatchObject({ data: '', headers: { role: 'user', again: prompt, mood: 'calm' } })
    for (const handle of all) {
      await shows(handle, 'One')
      expect(selectStatus(handle.store.getState(), handle.head())).toBe('submitted')
    }
    const second = await respond('Second')
    for (const handle of all) await shows(handle, 'One | Second')
    expect(mine.siblings(second).map(({ text }) => text)).toEqual(['First', 'Second'])
    expect(mine.siblings(prompt).map(({ text }) => text)).toEqual(['One'])
    await done(mine.choose(answer))
    await shows(mine, 'One | First')
    for (const handle of [phone, bobs]) await shows(handle, 'One | Second')
    await done(mine.choose(mine.siblings(answer)[1]))
    await shows(mine, 'One | Second')
    await done(mine.choose(undefined))
    expect(mine.head()).toBeUndefined()
  })

  it('is done for the prompt of a response to a request, and while another response is written', async () => {
    const { mine, done, agent, prompt, respond, shows } = await talk()
    await done(mine.regenerate('one'))
    const second = await respond('Second', 'streaming')
    await shows(mine, 'One | Second')
    await done(mine.regenerate(second))
    expect(agent.published('prompt').at(-1)?.headers['again']).toBe(prompt)
    await respond('Third', 'streaming')
    await shows(mine, 'One | Third')
    expect(mine.siblings(second).map(({ text }) => text)).toEqual(['First', 'Second', 'Third'])
  })

  it('is what retry of an ended response is, and of a prompt that nobody has answered', async () => {
    const { mine, done, agent, prompt, answer } = await talk()
    await done(mine.retry(answer))
    expect(agent.published('prompt').at(-1)?.headers).toEqual({ role: 'user', again: prompt })
    await done(mine.sendMessage('Two', { id: 'two' }))
    await done(mine.retry('two'))
    const [two, again] = agent.published('prompt').slice(-2)
    expect(again?.headers).toEqual({ role: 'user', again: two?.serial })
  })

  it('goes back to what was shown where it fails, and says why; retry of its prompt asks again under the same id', async () => {
    const { mine, transport, done, agent, prompt, answer, respond, shows } = await talk()
    await done(mine.regenerate(answer))
    await respond('Second')
    await done(mine.choose(answer))
    const allow = refuse(transport)
    expect(await done(refusal(mine.regenerate(answer)))).toEqual([
      'regenerate-failed',
      'unable to ask for another response; the rate limit is exceeded: try again',
    ])
    await shows(mine, 'One | First')
    allow()
    await done(mine.choose(undefined))
    const state = mine.store.getState()
    expect(selectUnansweredPrompt(state)).toMatchObject({ prompt: { id: prompt }, reason: 'the rate limit is exceeded' })
    expect(selectError(state)).toBe('unable to send the prompt; the rate limit is exceeded: try again')
    await done(mine.retry(prompt))
    await respond('Third')
    await shows(mine, 'One | Third')
    expect(agent.published('prompt')).toHaveLength(3)
  })

  it('asks the agent that answers requests over HTTP for the request', async () => {
    const asked: string[] = []
    const { mine, done, agent, answer } = await talk({ notifyAgent: async ({ promptSerial }) => void asked.push(promptSerial) })
    await done(mine.regenerate(answer))
    expect(asked.at(-1)).toBe(agent.published('prompt').at(-1)?.serial)
  })

  it.each<[string, (there: Talk) => Promise<void>, string, string]>([
    ['what is not known', ({ mine }) => mine.regenerate('unknown'), 'not-loaded', 'the message is not in this conversation'],
    ['nothing', ({ mine }) => mine.regenerate(undefined as unknown as string), 'wrong-argument', 'the id is no text'],
    [
      'another person’s prompt',
      ({ bobs, answer }) => bobs.regenerate(answer),
      'not-permitted',
      'only the author of the prompt, "ann", may',
    ],
    ['reserved headers', ({ mine, answer }) => mine.regenerate(answer, { headers: { again: 'x' } }), 'wrong-headers', '`again`'],
  ])('refuses %s', async (_, act, code, reason) => {
    const there = await talk()
    const [said, text] = await there.done(refusal(act(there)))
    expect([said, text]).toEqual([code, expect.stringContaining(reason)])
    expect(there.agent.published('prompt')).toHaveLength(1)
    for (const handle of there.all) expect(shown(handle)).toBe('One | First')
  })

  it('refuses a response whose prompt is not loaded, was deleted or is not on the channel', async () => {
    const { mine, transport, done, until, agent } = await talk()
    const lost = await agent.begin('Lost', { status: 'complete', 'reply-to': 'nowhere' })
    await until(() => selectMessages(mine.store.getState()).length === 3)
    expect((await done(refusal(mine.regenerate(lost))))[0]).toBe('not-loaded')
    await done(mine.sendMessage('Two', { id: 'two' }))
    await done(mine.withdraw('two'))
    expect((await done(refusal(mine.regenerate('two'))))[0]).toBe('regenerate-failed')
    const allow = refuse(transport)
    await done(mine.sendMessage('Three', { id: 'three' }))
    allow()
    expect((await done(refusal(mine.regenerate('three'))))[1]).toContain('is not on the channel')
  })

  it('lets those whom `mayEdit` lets', async () => {
    const { bobs, mine, done, answer, respond, shows } = await talk({
      permissions: { mayEdit: (by) => (by === 'bob' ? true : undefined) },
    })
    await done(bobs.regenerate(answer))
    await respond('For Bob')
    for (const handle of [bobs, mine]) await shows(handle, 'One | For Bob')
  })

  it('sends the prompt once more in a format that has only one response for each', async () => {
    const codec = defineCodec({
      decode: ({ data, name }) =>
        name === 'said'
          ? { data: String(data), headers: { role: 'user' } }
          : { data, headers: { role: 'assistant', status: 'complete' } },
      prompt: ({ key, text }) => ({ id: key, name: 'said', data: text, extras: {} }),
    })
    const { open, live, done, until, agent } = channelOf()
    const mine = open({ codec })
    await live(mine)
    await done(mine.sendMessage('One', { id: 'one' }))
    const answer = await agent.begin('First')
    await until(() => shown(mine).endsWith('First'))
    expect((await done(refusal(mine.regenerate(answer))))[1]).toBe(
      'unable to ask for another response; this channel’s format has only one for each prompt: send the prompt once more',
    )
    await done(mine.retry(answer))
    expect(shown(mine)).toBe('One | First | One')
  })
})

describe('edit', () => {
  it('publishes an alternative to a prompt that was answered, which everybody sees', async () => {
    const { mine, phone, bobs, all, done, agent, prompt, answer, respond, shows } = await talk()
    await done(mine.sendMessage('Two', { headers: { mood: 'calm' } }))
    const two = agent.published('prompt').at(-1)!.serial // It was just sent.
    await respond('To two')
    await shows(mine, 'One | First | Two | To two')
    await done(mine.edit(two, ' Three\n'))
    expect(agent.published('prompt').at(-1)).toMatchObject({
      data: ' Three',
      headers: { role: 'user', edits: two, parent: answer, mood: 'calm' },
    })
    for (const handle of all) await shows(handle, 'One | First |  Three')
    await respond('To three')
    for (const handle of all) await shows(handle, 'One | First |  Three | To three')
    await done(phone.choose(two))
    await shows(phone, 'One | First | Two | To two')
    await done(mine.edit(prompt, 'Once'))
    await shows(bobs, 'Once')
    await shows(phone, 'One | First | Two | To two')
    expect(agent.published('prompt').at(-1)?.headers).toEqual({ role: 'user', edits: prompt })
  })

  it('publishes an alternative while another branch is written', async () => {
    const { mine, all, done, agent, respond, shows } = await talk()
    await done(mine.sendMessage('Two', { id: 'two' }))
    const running = await respond('To two', 'streaming')
    await shows(mine, 'One | First | Two | To two')
    await done(mine.edit('two', 'Three'))
    for (const handle of all) await shows(handle, 'One | First | Three')
    await agent.append(running, ' goes on')
    await respond('To three', 'streaming')
    for (const handle of all) await shows(handle, 'One | First | Three | To three')
    await done(mine.choose('two'))
    await shows(mine, 'One | First | Two | To two goes on')
  })

  it('publishes an alternative where an agent takes the prompt while it is changed in its place', async () => {
    const { mine, transport, done, until, agent, shows } = await talk()
    await done(mine.sendMessage('Two', { id: 'two' }))
    const { update } = transport
    let release = () => {}
    const held = new Promise<void>((resolve) => (release = resolve))
    Object.assign(transport, { update: (...args: Parameters<typeof update>) => held.then(() => update(...args)) })
    const edited = mine.edit('two', 'Three')
    const two = agent.published('prompt').at(-1)!.serial // It was just sent.
    await agent.begin('To two', { status: 'complete', 'reply-to': two })
    await until(() => shown(mine).endsWith('To two'))
    release()
    await done(edited)
    await shows(mine, 'One | First | Three')
    await done(mine.choose(two))
    await shows(mine, 'One | First | Two | To two')
  })

  it('goes back to what was shown where it fails; the text stays an alternative that can be retried', async () => {
    const { mine, phone, transport, done, prompt, shows } = await talk()
    const allow = refuse(transport)
    expect(await done(refusal(mine.edit(prompt, 'Two')))).toEqual([
      'edit-failed',
      'unable to edit the prompt; the rate limit is exceeded: try again',
    ])
    for (const handle of [mine, phone]) await shows(handle, 'One | First')
    expect(mine.siblings(prompt).map(({ text, status }) => `${text} ${status}`)).toEqual(['One complete', 'Two failed'])
    const failed = mine.siblings(prompt)[1]!.key // As just seen.
    await done(mine.choose(failed))
    await shows(mine, 'Two')
    await done(mine.retry(failed))
    expect(mine.siblings(prompt).map(({ status }) => status)).toEqual(['complete', 'failed'])
    await shows(mine, 'Two')
    allow()
    await done(mine.retry(failed))
    for (const handle of [mine, phone]) await shows(handle, 'Two')
  })

  it('is refused to others, and shows a withdrawn edit’s predecessor again', async () => {
    const { mine, bobs, done, prompt, agent, shows } = await talk()
    expect((await done(refusal(bobs.edit(prompt, 'Mine'))))[0]).toBe('not-permitted')
    await done(mine.edit(prompt, 'Two'))
    await shows(mine, 'Two')
    await done(mine.withdraw(agent.published('prompt').at(-1)!.serial)) // It was just sent.
    for (const handle of [mine, bobs]) await shows(handle, 'One | First')
    expect((await done(refusal(mine.edit(mine.siblings(prompt)[1]!.id, 'Three'))))[0]).toBe('prompt-taken') // It was withdrawn.
  })

  it('asks an agent again where none could be asked to answer the text before', async () => {
    const asked: string[] = []
    let fails = true
    const { open, live, done, until } = channelOf()
    const mine = open({
      notifyAgent: async ({ promptSerial }) => {
        asked.push(promptSerial)
        if (fails) throw new Error('no agent is there')
      },
    })
    await live(mine)
    await done(mine.sendMessage('One', { id: 'one' }))
    await until(() => [...selectPromptStates(mine.store.getState()).values()].join() === 'unanswered')
    fails = false
    await done(mine.edit('one', 'Two'))
    expect([shown(mine), asked.length, new Set(asked).size]).toEqual(['Two', 2, 1])
    expect(selectStatus(mine.store.getState())).toBe('submitted')
  })
})

describe('the head', () => {
  it('stays where the person is, whatever others do, and is the same for all who share an opener', async () => {
    const { mine, phone, done, answer, respond, shows } = await talk()
    await done(mine.regenerate(answer))
    await respond('Second')
    await done(phone.choose(answer))
    expect([view.head(phone.store.getState(), phone.head()), phone.head(), mine.head() === answer]).toEqual([
      answer,
      answer,
      false,
    ])
    await done(mine.regenerate(answer))
    await respond('Third')
    await shows(phone, 'One | First')
    await done(phone.sendMessage('Next'))
    await shows(phone, 'One | First | Next')
    await shows(mine, 'One | Third')
  })

  it('is the option `head` at first, once the message is known; `setOptions` does not change it', async () => {
    const { mine, open, live, done, answer, prompt, respond, shows } = await talk()
    await done(mine.regenerate(answer))
    await respond('Second')
    await shows(mine, 'One | Second')
    const { head } = { head: answer }
    const later = open({ head })
    await live(later)
    await shows(later, 'One | First')
    later.setOptions({ head: prompt, history: 50 })
    await shows(later, 'One | First')
    await done(later.choose('nowhere'))
    await shows(later, 'One | First')
  })

  it('notifies its subscribers, and changes the ids of the list only with the messages', async () => {
    const { mine, done, answer, respond, shows } = await talk()
    await done(mine.regenerate(answer))
    const second = await respond('Second')
    await shows(mine, 'One | Second')
    let told = 0
    mine.store.subscribe(() => void told++)
    const { store, head } = mine
    const before = selectMessageIds(store.getSnapshot(), undefined, head())
    expect(selectMessageIds(store.getSnapshot(), before, second)).toBe(before)
    const siblings = selectSiblingIds(store.getSnapshot(), second)
    await done(mine.choose(answer))
    expect(told).toBe(1)
    expect(selectMessageIds(store.getSnapshot(), before, head()).map(({ id }) => id)).toContain(answer)
    expect(selectSiblingIds(store.getSnapshot(), second, siblings)).toBe(siblings)
  })
})

describe('stop', () => {
  it('stops what the person sees, and only otherwise what is written elsewhere', async () => {
    const { mine, done, agent, respond, shows } = await talk()
    await done(mine.sendMessage('Two', { id: 'two' }))
    const elsewhere = await respond('To two', 'streaming')
    await shows(mine, 'One | First | Two | To two')
    await done(mine.edit('two', 'Three'))
    await done(mine.stop())
    const edit = agent.published('prompt').at(-1)!.serial // It was just sent.
    expect(agent.cancelled()).toEqual([edit])
    const seen = await respond('To three', 'streaming')
    await shows(mine, 'One | First | Three | To three')
    await done(mine.stop())
    expect(agent.cancelled()).toEqual([edit, seen])
    await agent.complete(seen)
    await done(mine.stop())
    expect(agent.cancelled()).toEqual([edit, seen, elsewhere])
  })

  it('steers what the person sees', async () => {
    const { mine, done, agent, respond, shows } = await talk()
    await done(mine.sendMessage('Two', { id: 'two' }))
    const first = await respond('To two', 'streaming')
    await shows(mine, 'One | First | Two | To two')
    await done(mine.edit('two', 'Three'))
    await respond('To three', 'streaming')
    await shows(mine, 'One | First | Three | To three')
    await done(mine.choose(first))
    await done(mine.sendMessage('Shorter', { into: 'running' }))
    expect(agent.published('prompt').at(-1)?.headers['into']).toBe(first)
  })
})

describe('people who look at a conversation together', () => {
  it('see the branch that one of them chooses, the newest choice last', async () => {
    const { mine, phone, bobs, open, done, answer, respond, shows, agent } = await talk({ shareBranch: true })
    const alone = open()
    await done(mine.regenerate(answer))
    const second = await respond('Second')
    for (const handle of [mine, phone, bobs, alone]) await shows(handle, 'One | Second')
    await done(bobs.choose(answer))
    for (const handle of [mine, phone, bobs]) await shows(handle, 'One | First')
    await shows(alone, 'One | Second')
    await done(Promise.all([mine.choose(second), bobs.choose(answer)]))
    await respond('later')
    const last = shown(mine)
    for (const handle of [phone, bobs]) await shows(handle, last)
    await done(mine.choose(undefined))
    for (const handle of [mine, phone, bobs]) await shows(handle, 'One | Second | later')
    expect(agent.published('prompt')).toHaveLength(2)
  })

  it('learn that it could not be shared', async () => {
    const { mine, transport, done, prompt } = await talk({ shareBranch: true })
    const allow = refuse(transport)
    expect(await done(refusal(mine.choose(prompt)))).toEqual([
      'branch-not-shared',
      'unable to share the branch; the rate limit is exceeded: choose it again',
    ])
    expect(mine.head()).toBe(prompt)
    allow()
  })
})
