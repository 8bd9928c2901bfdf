import type { ArchiveCase } from './archive-case.ts'
import { deleted, response, serialOf } from './archived-message.ts'
import { expect, expectSame } from './expect.ts'
import { hostileStrings } from './message-cases.ts'

const kept = { serial: serialOf(2), data: 'secret', shown: 'digest' }

/** What every archive does that keeps what readers do not receive. */
export const withheldCases: readonly ArchiveCase[] = [
  {
    name: 'keeps withheld data in place of older data, apart from pages and from other channels',
    needs: 'withheld',
    async play({ archive, withheld, own }) {
      const channel = own('channel')
      await archive.put(channel, { messages: [response(2, 'shown')], upTo: serialOf(2) })
      await withheld.put(channel, { ...kept, data: 'older', shown: 'other' })
      await withheld.put(channel, kept)
      await withheld.put(channel, { ...kept, serial: serialOf(4) })
      expectSame(await withheld.read(channel, [serialOf(1), serialOf(2)]), [kept], 'what is withheld')
      expectSame(await withheld.read(own('other'), [serialOf(2)]), [], 'what is withheld elsewhere')
      expectSame(await withheld.read(channel, []), [], 'of no response')
      expect(!JSON.stringify(await archive.read(channel)).includes('secret'), 'a page has withheld data')
    },
  },
  {
    name: 'keeps withheld data of a response that it was not given yet',
    needs: 'withheld',
    async play({ archive, withheld, own }) {
      const channel = own('channel')
      await withheld.put(channel, kept)
      await archive.put(channel, { messages: [response(2, 'shown')], upTo: serialOf(2) })
      expectSame(await withheld.read(channel, [kept.serial]), [kept], 'what is withheld')
    },
  },
  {
    name: 'has withheld data of a deleted response no more, whichever came first',
    needs: 'withheld',
    async play({ archive, elsewhere, withheld, own }) {
      const gone = deleted(response(2, 'shown'), 9)
      const other = { ...kept, serial: serialOf(3) }
      const channels = ['before', 'after', 'together'].map(own)
      const [before, after, together] = channels as [string, string, string]
      for (const channel of channels) await withheld.put(channel, other)
      await withheld.put(before, kept)
      await archive.put(before, { messages: [gone], upTo: undefined })
      await archive.put(after, { messages: [gone], upTo: undefined })
      await withheld.put(after, kept)
      await archive.put(together, { messages: [response(2, 'shown')], upTo: undefined })
      const late = Array.from({ length: 10 }, () => withheld.put(together, kept))
      await Promise.all([...late, elsewhere.put(together, { messages: [gone], upTo: undefined }), withheld.put(together, kept)])
      for (const channel of channels)
        expectSame(await withheld.read(channel, [kept.serial, other.serial]), [other], 'what is withheld of the two responses')
    },
  },
  {
    name: 'keeps withheld data of any text and size',
    needs: 'withheld',
    async play({ withheld, own }) {
      for (const text of [...hostileStrings, 'x\u0000'.repeat(500_000)]) {
        const channel = own(text.slice(0, 100))
        const data = { serial: serialOf(2), data: text, shown: text.slice(0, 100) }
        await withheld.put(channel, data)
        expectSame(await withheld.read(channel, [data.serial]), [data], JSON.stringify(text.slice(0, 100)))
      }
    },
  },
  {
    name: 'reads what is withheld of thousands of responses at once',
    needs: 'withheld',
    async play({ withheld, own }) {
      const channel = own('channel')
      const serials = Array.from({ length: 5_000 }, (_, nth) => serialOf(nth))
      const some = serials.filter((_, nth) => nth % 500 === 0).map((serial) => ({ ...kept, serial }))
      for (const each of some) await withheld.put(channel, each)
      const read = await withheld.read(channel, serials)
      expectSame(
        read.toSorted((a, b) => (a.serial < b.serial ? -1 : 1)),
        some,
        'what is withheld',
      )
    },
  },
]
