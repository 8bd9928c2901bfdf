import type { ConversationIndex, ListedConversation } from '@streamfold/core/transport'
import { failureOf } from '../bindings/failure-of.ts'
import type { ArchiveCase } from './archive-case.ts'
import { changed, deleted, prompt, response, serialOf } from './archived-message.ts'
import { expect, expectSame } from './expect.ts'
import { hostileStrings } from './message-cases.ts'

/** Every page of a person's list. */
async function pagesOf(index: ConversationIndex, clientId: string, limit?: number) {
  const pages: (readonly ListedConversation[])[] = []
  for (let after: string | undefined; ;) {
    const page = await index.list(clientId, { ...(limit !== undefined && { limit }), after })
    pages.push(page.conversations)
    if (page.next === undefined) return pages
    after = page.next
  }
}

const channelsOf = async (index: ConversationIndex, clientId: string) =>
  (await pagesOf(index, clientId)).flat().map(({ channel }) => channel)

/** What every archive does that has lists of conversations. */
export const conversationCases: readonly ArchiveCase[] = [
  {
    name: 'lists a conversation for the people who have written in it, and for nobody else',
    needs: 'conversations',
    async play({ archive, conversations, own }) {
      const [ann, bob, eve, agent] = ['ann', 'bob', 'eve', 'agent'].map(own) as [string, string, string, string]
      const [one, two] = ['one', 'two'].map(own) as [string, string]
      const by = (clientId: string | undefined) => ({ clientId })
      await archive.put(one, { messages: [prompt(1, 'hi', by(ann)), response(2, 'hello', by(agent))], upTo: undefined })
      await archive.put(two, { messages: [prompt(3, 'hi', by(ann)), prompt(4, 'hey', by(bob))], upTo: undefined })
      await archive.put(own('three'), { messages: [prompt(5, 'hm', by(undefined)), prompt(6, 'x', by(''))], upTo: undefined })
      expectSame(await channelsOf(conversations, ann), [two, one], 'of the first')
      expectSame(await channelsOf(conversations, bob), [two], 'of the second')
      for (const other of [eve, agent, '', `${ann}%`, '%'])
        expectSame((await channelsOf(conversations, other)).includes(one), false, `of ${other}`)
      expectSame(await channelsOf(conversations, eve), [], 'of someone who wrote nothing')
    },
  },
  {
    name: 'lists title, last text, newest message and activity of a conversation',
    needs: 'conversations',
    async play({ archive, conversations, own }) {
      const [ann, channel] = [own('ann'), own('channel')]
      const only = async () => (await conversations.list(ann)).conversations[0]
      const shown = { channel, waiting: false }
      const first = prompt(1, '  Why is\n\tthe sky blue?\u0000 ', { clientId: ann })
      await archive.put(channel, { messages: [first], upTo: undefined })
      const title = 'Why is the sky blue?'
      expectSame(await only(), { ...shown, title, lastText: title, newest: serialOf(1), lastActivity: 1_000 }, 'a prompt')
      // What an answer, later, is made of.
      const frames = '\u001e{"type":"reasoning"}\nhm\u001e{"type":"text"}\nBecause of **scattering**.'
      const answer = response(2, frames, { headers: { format: 'parts/1' } })
      await archive.put(channel, { messages: [answer], upTo: undefined })
      const lastText = 'Because of **scattering**.'
      expectSame(await only(), { ...shown, title, lastText, newest: serialOf(2), lastActivity: 2_000 }, 'a response')
      // A request for another response has no text, and an older message is changed.
      const again = prompt(3, '', { clientId: ann, headers: { role: 'user', again: serialOf(1) } })
      await archive.put(channel, { messages: [again, changed(answer, 9, frames, answer.extras.headers)], upTo: undefined })
      expectSame(await only(), { ...shown, title, lastText, newest: serialOf(3), lastActivity: 9_000 }, 'a request')
      await archive.put(channel, { messages: [changed(first, 10, 'Why not?')], upTo: undefined })
      expectSame((await only())?.title, 'Why not?', 'an edited prompt')
    },
  },
  {
    name: 'cuts titles and texts between characters, to one line of at most 120',
    needs: 'conversations',
    async play({ archive, conversations, own }) {
      const lengths = new Map([
        ['👩‍👩‍👧‍👦'.repeat(50), 110],
        [`a${'🇩🇪'.repeat(60)}`, 117],
        ['word '.repeat(400), 119],
        ['\n'.repeat(50_000), 0],
      ])
      for (const text of [...lengths.keys(), ...hostileStrings]) {
        const [ann, channel] = [own('ann'), own('channel')].map((name) => `${name} ${text.slice(0, 20)}`) as [string, string]
        await archive.put(channel, { messages: [prompt(1, text, { clientId: ann })], upTo: undefined })
        const cut = (await conversations.list(ann)).conversations[0]
        await conversations.rename(channel, text)
        expectSame((await conversations.list(ann)).conversations[0], cut, 'the conversation, once its title is given')
        const { title = 'none' } = cut ?? {}
        expect(title.length <= 120 && !/[\p{Cc}\p{Cs}]/u.test(title), `the title is ${JSON.stringify(title)}`)
        expectSame(title.length, lengths.get(text) ?? title.length, `the length of ${title}`)
        expectSame(cut?.lastText, title, 'the last text')
      }
    },
  },
  {
    name: 'says that a conversation waits while a response of it does',
    needs: 'conversations',
    async play({ archive, conversations, own }) {
      const [ann, channel] = [own('ann'), own('channel')]
      const waits = async () => (await conversations.list(ann)).conversations[0]?.waiting
      const waiting = response(2, 'May I?', { headers: { status: 'waiting' } })
      await archive.put(channel, { messages: [prompt(1, 'do it', { clientId: ann }), waiting], upTo: undefined })
      expectSame(await waits(), true, 'a response that waits')
      await archive.put(channel, { messages: [prompt(3, 'and?', { clientId: ann }), response(4, 'fine')], upTo: undefined })
      expectSame(await waits(), true, 'behind other messages')
      const other = response(5, 'May I, too?', { headers: { status: 'waiting' } })
      await archive.put(channel, {
        messages: [other, changed(waiting, 6, 'Done.', response(2, '').extras.headers)],
        upTo: undefined,
      })
      expectSame(await waits(), true, 'the second one')
      // Where the channel has lost a response, it goes on in a further message.
      const further = (status: string) => ({ role: 'assistant', status, continues: other.serial })
      await archive.put(channel, { messages: [response(7, '', { headers: further('waiting') })], upTo: undefined })
      expectSame(await waits(), true, 'a further message that waits')
      await archive.put(channel, { messages: [changed(response(7, ''), 8, 'Done.', further('complete'))], upTo: undefined })
      expectSame(await waits(), false, 'a further message that has ended')
      const again = response(9, 'May I?', { headers: { status: 'waiting' } })
      await archive.put(channel, { messages: [again], upTo: undefined })
      await archive.put(channel, { messages: [deleted(again, 10)], upTo: undefined })
      expectSame(await waits(), false, 'a response that is deleted')
    },
  },
  {
    name: 'lists conversations by their last activity, in pages',
    needs: 'conversations',
    async play({ archive, conversations, own }) {
      const ann = own('ann')
      const names = Array.from({ length: 23 }, (_, n) => own(`c${String(n).padStart(2, '0')}`))
      // Some have the same time, and none is put in the order of the list.
      const at = (n: number) => Math.floor(n / 3) * 1_000
      for (let n = 0; n < 23; n++) {
        const nth = (n * 7) % 23
        await archive.put(names[nth]!, { messages: [prompt(1, 'x', { clientId: ann, at: at(nth) })], upTo: undefined })
      }
      const all = (await pagesOf(conversations, ann)).flat()
      const times = all.map(({ lastActivity }) => lastActivity)
      expectSame(
        times,
        Array.from({ length: 23 }, (_, n) => at(22 - n)),
        'the times',
      )
      expectSame(all.map(({ channel }) => channel).toSorted(), names.toSorted(), 'the channels')
      for (const limit of [1, 5, 22, 23, 24]) {
        const pages = await pagesOf(conversations, ann, limit)
        expectSame(pages.flat(), all, `pages of ${limit}`)
        expectSame(pages.length, Math.ceil(23 / limit), `the number of pages of ${limit}`)
      }
      // A conversation that becomes the newest does not come twice.
      const { next } = await conversations.list(ann, { limit: 10 })
      await archive.put(names[0]!, { messages: [prompt(2, 'y', { clientId: ann, at: 99_000 })], upTo: undefined })
      const rest = (await conversations.list(ann, { after: next, limit: 500 })).conversations
      expectSame(
        rest,
        all.slice(10).filter(({ channel }) => channel !== names[0]),
        'the page after',
      )
      expectSame((await channelsOf(conversations, ann))[0], names[0], 'the newest')
    },
  },
  {
    name: 'refuses limits and positions that it did not give',
    needs: 'conversations',
    async play({ conversations, own }) {
      for (const limit of [0, -1, 1.5, 501, Number.NaN, Infinity]) {
        const message = await failureOf(conversations.list(own('ann'), { limit }))
        expect(message.startsWith('unable to list conversations; the limit is'), `the limit ${limit}: ${message}`)
      }
      for (const after of ['', 'x', '1', ' a', "1' OR 1=1", '9'.repeat(400), 'NaN a', '1\u0000a']) {
        const message = await failureOf(conversations.list(own('ann'), { after }))
        expect(message.startsWith('unable to list conversations; `after`'), `after ${after}: ${message}`)
      }
      for (const after of ['1 a', '1 \u0000', "1 ' OR 1=1", '1.5 \ud83d'])
        expectSame((await conversations.list(own('ann'), { after })).conversations, [], `after ${after}`)
    },
  },
  {
    name: 'lists what is left after messages were deleted',
    needs: 'conversations',
    async play({ archive, conversations, own }) {
      const [ann, channel] = [own('ann'), own('channel')]
      const only = async () => (await conversations.list(ann)).conversations[0]
      const messages = [prompt(1, 'first', { clientId: ann }), response(2, 'answer'), prompt(3, 'second', { clientId: ann })]
      await archive.put(channel, { messages, upTo: undefined })
      const [first, answer, second] = messages as [(typeof messages)[0], (typeof messages)[0], (typeof messages)[0]]
      await archive.put(channel, { messages: [deleted(first, 20)], upTo: undefined })
      const shown = { channel, title: 'second', lastText: 'second', newest: serialOf(3), lastActivity: 3_000, waiting: false }
      expectSame(await only(), shown, 'without the first')
      await archive.put(channel, { messages: [deleted(second, 21)], upTo: undefined })
      expectSame(
        await only(),
        { ...shown, title: '', lastText: 'answer', newest: serialOf(2), lastActivity: 2_000 },
        'without prompts',
      )
      await archive.put(channel, { messages: [deleted(answer, 22)], upTo: undefined })
      expectSame(await only(), { ...shown, title: '', lastText: '', newest: undefined }, 'without any message')
    },
  },
  {
    name: 'adds a conversation to a list, and takes it off until its person writes again',
    needs: 'conversations',
    async play({ archive, conversations, own }) {
      const [ann, bob, channel] = [own('ann'), own('bob'), own('channel')]
      const put = (...messages: readonly ReturnType<typeof prompt>[]) => archive.put(channel, { messages, upTo: undefined })
      const lists = async () => [await channelsOf(conversations, ann), await channelsOf(conversations, bob)]
      await conversations.add(channel, bob)
      await conversations.rename(channel, 'Plans')
      expectSame(await lists(), [[], []], 'before there is a message')
      const first = prompt(1, 'hi', { clientId: ann })
      await put(first)
      expectSame(await lists(), [[channel], [channel]], 'with a message')
      expectSame((await conversations.list(bob)).conversations[0]?.title, 'Plans', 'the title')
      for (let time = 0; time < 2; time++) await conversations.remove(channel, bob)
      await conversations.remove(channel, ann)
      expectSame(await lists(), [[], []], 'after both were taken off')
      await put(first, response(2, 'hello'))
      expectSame(await lists(), [[], []], 'after others have written')
      await put(prompt(3, 'more', { clientId: ann }))
      expectSame(await lists(), [[channel], []], 'after one has written again')
      for (let time = 0; time < 2; time++) await conversations.add(channel, bob)
      expectSame(await lists(), [[channel], [channel]], 'after the other was added again')
      await conversations.rename(channel, undefined)
      expectSame((await conversations.list(bob)).conversations[0]?.title, 'hi', 'the title after the given one')
      await conversations.remove(own('never seen'), ann)
      expectSame(await lists(), [[channel], [channel]], 'after another conversation was taken off')
      expectSame((await archive.read(channel)).messages.length, 3, 'the messages')
    },
  },
  {
    name: 'lists of messages that are put at the same time what the messages make',
    needs: 'conversations',
    async play({ archive, elsewhere, conversations, own }) {
      const [ann, bob, together, before] = [own('ann'), own('bob'), own('together'), own('before')]
      const messages = Array.from({ length: 30 }, (_, nth) =>
        nth % 2
          ? response(nth, `answer ${nth}`, { headers: { status: nth % 3 ? 'complete' : 'waiting' } })
          : prompt(nth, `prompt ${nth}`, { clientId: nth % 4 ? ann : bob }),
      )
      const last = changed(messages[29]!, 99, 'the last words', response(29, '').extras.headers)
      const scattered = messages.map((_, nth) => messages[(nth * 7) % 30]!)
      const put = (nth: number) => ((nth & 1) === 0 ? archive : elsewhere)
      await Promise.all([...scattered, last].map((each, nth) => put(nth).put(together, { messages: [each], upTo: undefined })))
      await archive.put(before, { messages: [...messages, last], upTo: undefined })
      for (const person of [ann, bob]) {
        const [one, other] = (await conversations.list(person)).conversations.toSorted((a) => (a.channel === before ? -1 : 1))
        expectSame({ ...other, channel: '' }, { ...one, channel: '' }, 'the conversation')
        expectSame(one?.lastText, 'the last words', 'the last text')
      }
    },
  },
]
