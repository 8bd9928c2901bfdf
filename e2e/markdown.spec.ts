import type { Page } from '@playwright/test'
import { real } from './environment.ts'
import { expect, test } from './app.ts'
import { frozen, measures, tasksOfEach } from './tasks.ts'

// No measurement beside another.
test.describe.configure({ mode: 'default' })
test.skip(real, 'what the page does is measured, not how the service delivers')

const limit = measures ? 50 : frozen
/** Of the largest table: to draw 200,000 cells takes half a minute, in short tasks. */
const rows = measures ? 1_000 : 250

const line = 32_000
const fill = (text: string, length = line) => text.repeat(Math.ceil(length / text.length))

const hostile: Readonly<Record<string, string>> = {
  pipes: fill('|'),
  brackets: fill('['),
  'closing brackets': fill(']'),
  'nested brackets': `${fill('[', line / 2)}a${fill(']', line / 2)}`,
  'nested links': `${fill('[', line / 2)}a${fill('](b)', line / 2)}`,
  'open links': fill('[a](b '),
  images: fill('!['),
  'an image of brackets': `!${fill('[')}`,
  asterisks: fill('*'),
  'open emphasis': fill('*a '),
  'nested emphasis': `${fill('*a ', line / 2)}${fill(' b*', line / 2)}`,
  underscores: fill('_a'),
  'asterisks and underscores': fill('*_'),
  backticks: fill('`'),
  'backticks of all lengths': Array.from({ length: 250 }, (_, length) => '`'.repeat(length)).join(' '),
  tildes: fill('a~~b'),
  'less than': fill('<'),
  'open tags': fill('<a '),
  quotes: fill('>'),
  'quotes with spaces': fill('> '),
  'a list in a list': fill('- '),
  'nested quotes': Array.from({ length: 250 }, (_, depth) => `${'> '.repeat(depth)}a`).join('\n'),
  'nested lists': Array.from({ length: 250 }, (_, depth) => `${'  '.repeat(depth)}- a`).join('\n'),
  spaces: `a${fill(' ')}b`,
  addresses: fill('http://'),
  entities: fill('&'),
  escapes: fill('\\'),
  definitions: fill('[a]: b\n'),
  references: fill('[a][b]'),
  'many addresses': fill('http://a.test/b '),
  'many links': fill('[a](http://a.test/) b '),
  'many marks': fill('*a* `b` c '),
  'empty items': fill('-\n'),
  [`a table of 200 by ${rows}`]: `${'|a'.repeat(200)}|\n${'|-'.repeat(200)}|\n${`${'|b'.repeat(200)}|\n`.repeat(rows)}`,
  'a table of 5,000 columns': `${'|a'.repeat(5_000)}|\n${'|-'.repeat(5_000)}|\n${'|b'.repeat(5_000)}|\n`,
}

const million = 1_000_000
const long: Readonly<Record<string, string>> = {
  prose: fill('Some **words** of an `answer` and a [link](https://a.test/b) in it, over and over again.\n\n', million),
  'blocks of code': fill('```ts\nconst a = 1\n\nfunction b() {}\n```\n\n', million),
  lists: fill('Some:\n\n- one **item**\n- another\n  - inside\n\n1. x\n2. y\n\n', million),
  tables: fill('Some:\n\n| a | b |\n|---|--:|\n| one | **two** |\n| three | 4 |\n\n', million),
  'one list': fill('- one **item** of a list with `code`\n', million),
  'one list in an item': `- a\n${fill('  - one **item** of a list\n', million)}`,
  'one table': `| a | b | c |\n|---|---|--:|\n${fill('| one | **two** | 3 |\n', million)}`,
  'one quote': fill('> some **words** of it\n>\n', million),
  'one block of code': `\`\`\`ts\n${fill('const value = compute(1)\n', million)}\`\`\`\n`,
  'one line of code': `\`\`\`\n${fill('const a = 1; ', million)}\n\`\`\`\n`,
  'one paragraph': fill('some **words** of it ', million),
  'one word': fill('a', million),
}

/** In a trace. A measured line has one of its own. */
const linesEach = measures ? 1 : 6
const cases = [
  { what: 'hostile lines', texts: hostile },
  { what: 'answers of a megabyte', texts: long },
]

for (const { what, texts } of cases)
  test(`${what}: no task of more than ${limit} ms`, async ({ open }, { project }) => {
    test.skip(texts === long && !measures, 'measured with E2E_MEASURES=1 alone')
    test.setTimeout(480_000)
    const { page } = await open({ debug: true })
    // What runs for the first time is not compiled yet.
    await show(page, 'Some **words**, `code`, [a link](https://a.test/).\n\n- a\n\n| a |\n|---|\n')
    const steps = Object.entries(texts).map(([name, text]) => ({ name, run: () => show(page, text) }))
    for (let first = 0; first < steps.length; first += linesEach)
      for (const [name, tasks] of await tasksOfEach(page, steps.slice(first, first + linesEach))) {
        const longest = Math.max(...tasks)
        console.log(`${project.name}, ${name}: the longest task ${longest.toFixed(0)} ms`)
        expect.soft(longest, name).toBeLessThan(limit)
      }
  })

let serial = 0

/** Streams an answer into the page in a few pieces, and waits until it is drawn. */
async function show(page: Page, text: string): Promise<void> {
  serial += 1
  await page.evaluate(
    async ({ text, serial, framesEach }) => {
      const { store } = (window as unknown as Exposed).__streamfold
      const put = (part: string, phase: string, version: string) =>
        store.dispatch([
          {
            type: 'snapshot',
            serial,
            version: `${serial}@${version}`,
            text: part,
            role: 'assistant',
            phase,
            clientId: 'agent',
            headers: undefined,
            messageId: undefined,
            createdAt: Date.now(),
            at: Date.now(),
            source: 'history',
            deleted: false,
          },
        ])
      const frame = () => new Promise(requestAnimationFrame)
      const pieces = 8
      for (let piece = 1; piece <= pieces; piece++) {
        put(text.slice(0, (text.length * piece) / pieces), 'streaming', `${piece}`)
        for (let frames = 0; frames < framesEach; frames++) await frame()
      }
      put(`${text}\n\nThe end of ${serial}.`, 'complete', '9')
      for (;;) {
        await frame()
        const last = [...document.querySelectorAll('.prose > :last-child')].at(-1)
        if (last?.textContent.endsWith(`The end of ${serial}.`)) break
      }
      await frame()
    },
    { text, serial: String(serial).padStart(8, '0'), framesEach: measures ? 12 : 3 },
  )
}

interface Exposed {
  readonly __streamfold: { readonly store: { dispatch(events: readonly object[]): void } }
}
