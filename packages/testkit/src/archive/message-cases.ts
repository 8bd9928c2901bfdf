import type { ArchivedMessage } from '@streamfold/core/transport'
import type { ArchiveCase } from './archive-case.ts'
import { changed, deleted, prompt, response, serialOf } from './archived-message.ts'
import { expect, expectSame } from './expect.ts'

/** Strings that a database may refuse, change or order in its own way. */
export const hostileStrings: readonly string[] = [
  'a NUL: \u0000, and two: \u0000\u0000',
  'halves of characters: \ud83d and \udc00\ud83d',
  'the text of an escape: \\u0000 \\ud83d \\\\u0000 \\x00 \\0 \\',
  '\'; DROP TABLE message; -- " `%_$1 $$ {} {"a":1} [null]',
  '\u001e{"type":"tool","id":"c","name":"x"}\n\u001e\u001e',
  '👩‍👩‍👧‍👦 ﷽ \u202e \ufeff \uffff \u0085 \u2028 \r\n\t',
  ' \n ',
]

/** What every archive does with messages. */
export const messageCases: readonly ArchiveCase[] = [
  {
    name: 'holds nothing of a channel that it was given nothing of',
    async play({ archive, own }) {
      expectSame(await archive.read(own('none')), { messages: [], upTo: undefined }, 'a channel without messages')
    },
  },
  {
    name: 'reads messages as they were put, oldest first',
    async play({ archive, elsewhere, own }) {
      const channel = own('channel')
      const first = prompt(1, 'why?', { clientId: 'ann', headers: { role: 'user', parent: serialOf(0), mine: 'yes' } })
      const second = response(2, 'because', { headers: { format: 'parts/1', model: 'm' } })
      const third = response(3, '', { clientId: undefined })
      await archive.put(channel, { messages: [third, first], upTo: serialOf(1) })
      await elsewhere.put(channel, { messages: [second], upTo: serialOf(3) })
      const page = { messages: [first, second, third], upTo: serialOf(3) }
      expectSame(await archive.read(channel), page, 'the page')
      expectSame(await elsewhere.read(channel), page, 'the page of another process')
    },
  },
  {
    name: 'keeps the newer of two versions, in whatever order they come',
    async play({ archive, own }) {
      const channel = own('channel')
      const old = response(1, 'old')
      const middle = changed(old, 5, 'middle')
      const newest = changed(old, 9, 'new')
      await archive.put(channel, { messages: [middle], upTo: undefined })
      await archive.put(channel, { messages: [old], upTo: undefined })
      expectSame((await archive.read(channel)).messages, [middle], 'after an older version')
      await archive.put(channel, { messages: [newest, middle, old, newest], upTo: undefined })
      expectSame((await archive.read(channel)).messages, [newest], 'after a page with all versions')
    },
  },
  {
    name: 'keeps a message deleted that was deleted, and has its text no more',
    async play({ archive, own }) {
      const channel = own('channel')
      const secret = prompt(1, 'secret')
      await archive.put(channel, { messages: [secret, response(2, 'fine')], upTo: serialOf(2) })
      await archive.put(channel, { messages: [deleted(secret, 7)], upTo: serialOf(2) })
      await archive.put(channel, { messages: [secret], upTo: serialOf(2) })
      const { messages } = await archive.read(channel)
      expectSame(messages, [deleted(secret, 7), response(2, 'fine')], 'the page')
    },
  },
  {
    name: 'keeps channels apart',
    async play({ archive, own }) {
      const names = ['a', 'A', 'a ', 'a%', 'a_', 'ab'].map(own)
      for (const [n, name] of names.entries()) await archive.put(name, { messages: [prompt(1, `of ${n}`)], upTo: serialOf(n) })
      for (const [n, name] of names.entries())
        expectSame(await archive.read(name), { messages: [prompt(1, `of ${n}`)], upTo: serialOf(n) }, `channel ${n}`)
    },
  },
  {
    name: 'does not go back with `upTo`',
    async play({ archive, own }) {
      const channel = own('channel')
      const upTo = async () => (await archive.read(channel)).upTo
      await archive.put(channel, { messages: [prompt(1, 'one')], upTo: undefined })
      expectSame(await upTo(), undefined, 'without any')
      await archive.put(channel, { messages: [prompt(5, 'five')], upTo: serialOf(5) })
      await archive.put(channel, { messages: [prompt(2, 'two')], upTo: serialOf(2) })
      expectSame(await upTo(), serialOf(5), 'after a smaller one')
      await archive.put(channel, { messages: [], upTo: undefined })
      expectSame(await upTo(), serialOf(5), 'after none')
      await archive.put(channel, { messages: [], upTo: serialOf(6) })
      expectSame(await upTo(), serialOf(6), 'of a page without messages')
    },
  },
  {
    name: 'orders serials and versions as strings, by code unit, and not by a language',
    async play({ archive, own }) {
      const channel = own('channel')
      const serials = ['0-1@a', '01@', '01@B:0', '01@a:0', '01@a:00', '01@a_0', '02-A', '02-a', '02-b', '02_']
      expectSame(serials, serials.toSorted(), 'the serials of this case')
      const messages = serials.map((serial) => ({ ...response(1, serial), serial, version: { serial, timestamp: 1 } }))
      for (const message of messages.toReversed()) await archive.put(channel, { messages: [message], upTo: message.serial })
      expectSame((await archive.read(channel)).messages, messages, 'the page')
      expectSame((await archive.read(channel)).upTo, serials.at(-1), 'upTo')
      const version = (serial: string) => ({ ...messages[0]!, data: `at ${serial}`, version: { serial, timestamp: 2 } })
      await archive.put(channel, { messages: [version('1-B')], upTo: undefined })
      await archive.put(channel, { messages: [version('1-a')], upTo: undefined })
      await archive.put(channel, { messages: [version('1-C')], upTo: undefined })
      expectSame((await archive.read(channel)).messages[0], version('1-a'), 'the newest version')
    },
  },
  {
    name: 'reads the newest messages, 1 000 unless it is asked for another number',
    async play({ archive, own }) {
      const channel = own('channel')
      const messages = Array.from({ length: 1_005 }, (_, nth) => response(nth, `${nth}`))
      await archive.put(channel, { messages, upTo: serialOf(1_004) })
      for (const limit of [0, 1, 7, 1_005, 5_000])
        expectSame(
          await archive.read(channel, limit),
          { messages: limit === 0 ? [] : messages.slice(-limit), upTo: serialOf(1_004) },
          `${limit} messages`,
        )
      expectSame((await archive.read(channel)).messages, messages.slice(-1_000), 'the default')
    },
  },
  {
    name: 'keeps any text as it is',
    async play({ archive, own }) {
      for (const text of hostileStrings) {
        const channel = own(text)
        const message = prompt(1, text, { clientId: text, headers: { role: 'user', mine: text, [text]: text } })
        await archive.put(channel, { messages: [message], upTo: serialOf(1) })
        expectSame(await archive.read(channel), { messages: [message], upTo: serialOf(1) }, JSON.stringify(text))
      }
    },
  },
  {
    name: 'keeps a page of any size, all of it once `upTo` says so',
    async play({ archive, own }) {
      const channel = own('channel')
      const long = 'x\u0000"\\'.repeat(16 * 1_024)
      const messages = Array.from({ length: 4_000 }, (_, nth) => response(nth, nth % 100 === 0 ? long : `text of ${nth}`))
      const put = archive.put(channel, { messages: messages.toReversed(), upTo: serialOf(3_999) })
      // A page that is read meanwhile may have less, but then its `upTo` does not say that it has all.
      const writing = { isOver: false }
      const over = (): void => void (writing.isOver = true)
      put.then(over, over)
      while (!writing.isOver) {
        const page = await archive.read(channel, 4_000)
        expect(page.upTo === undefined || page.messages.length === 4_000, 'a page had `upTo` before it had its messages')
      }
      await put
      expectSame(await archive.read(channel, 4_000), { messages, upTo: serialOf(3_999) }, 'the page')
    },
  },
  {
    name: 'keeps a page in which names are longer than an index takes',
    async play({ archive, own }) {
      const channel = own('channel')
      // Of random characters, because databases compress what repeats.
      const long = Array.from({ length: 1_000 }, () => crypto.randomUUID()).join('')
      const messages = [prompt(1, 'x', { clientId: long, headers: { role: 'user', edits: long, [long]: long } }), prompt(2, long)]
      const further = response(3, 'y', { headers: { continues: long, 'reply-to': long } })
      await archive.put(channel, { messages: [...messages, further], upTo: serialOf(3) })
      expectSame(await archive.read(channel), { messages: [...messages, further], upTo: serialOf(3) }, 'the page')
    },
  },
  {
    name: 'takes a page without messages',
    async play({ archive, own }) {
      const channel = own('channel')
      await archive.put(channel, { messages: [], upTo: undefined })
      expectSame(await archive.read(channel), { messages: [], upTo: undefined }, 'the page')
    },
  },
  {
    name: 'has of pages that are put at the same time the newest of all',
    async play({ archive, elsewhere, own }) {
      const channel = own('channel')
      const bases = Array.from({ length: 12 }, (_, nth) => response(nth, 'first'))
      const versions = (nth: number): readonly ArchivedMessage[] =>
        bases.map((base, of) => changed(base, 100 + ((nth * 7 + of * 5) % 24), `version ${(nth * 7 + of * 5) % 24}`))
      const puts = Array.from({ length: 24 }, (_, nth) => {
        const messages = nth % 2 ? versions(nth) : versions(nth).toReversed()
        return (nth % 3 ? archive : elsewhere).put(channel, { messages, upTo: serialOf((nth * 5) % 24) })
      })
      await Promise.all(puts)
      const newest = bases.map((base) => changed(base, 123, 'version 23'))
      expectSame(await archive.read(channel), { messages: newest, upTo: serialOf(23) }, 'the page')
    },
  },
  {
    name: 'changes nothing when it is given a page again',
    async play({ archive, own }) {
      const channel = own('channel')
      const page = { messages: [prompt(1, 'why?'), response(2, 'because')], upTo: serialOf(2) }
      for (let time = 0; time < 3; time++) await archive.put(channel, page)
      expectSame(await archive.read(channel), page, 'the page')
    },
  },
  {
    name: 'names the channels with messages of after a time, the newest first',
    needs: 'channels',
    async play({ archive, channels, own }) {
      const names = ['old', 'middle', 'new'].map(own)
      for (const [n, name] of names.entries())
        await archive.put(name, { messages: [prompt(1, 'x'), prompt(10 + n, 'y')], upTo: undefined })
      await archive.put(own('empty'), { messages: [], upTo: undefined })
      const since = async (at: number) => (await channels(at)).filter((name) => [...names, own('empty')].includes(name))
      expectSame(await since(0), names.toReversed(), 'all')
      expectSame(await since(10_000), [names[2], names[1]], 'those after the first')
      expectSame(await since(12_000), [], 'none')
    },
  },
]
