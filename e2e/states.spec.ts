import { randomUUID } from 'node:crypto'
import type { Page } from '@playwright/test'
import type { Actor } from './actor.ts'
import { frameHead } from '@streamfold/core/codec'
import { createActor } from './actor.ts'
import { expect, test as base } from './app.ts'
import { endFaults, fault } from './channel.ts'
import { addresses } from './environment.ts'
import type { Twins } from './twins.ts'
import { accessible, drawers, huge, inspect } from './twins.ts'

/** Each state is looked at in two apps side by side: React and Vue, or React and a small app. */
base.skip(({ app }) => app === addresses.vue, 'both apps were looked at together')

interface Harness {
  readonly actor: Actor
  readonly conversation: string
  /** Opens the two apps on the conversation. @param secret of the person whose pages they are. Default: two people */
  open(prepare?: (page: Page) => Promise<unknown>, secret?: string): Promise<Twins>
}

const test = base.extend<{ harness: Harness }>({
  harness: async ({ app, browser }, use) => {
    const conversation = `state-${randomUUID().slice(0, 8)}`
    const actor = await createActor(conversation)
    const contexts: Awaited<ReturnType<typeof browser.newContext>>[] = []
    const open = async (address: string, prepare: (page: Page) => Promise<unknown>, secret: string | undefined) => {
      const context = await browser.newContext({ reducedMotion: 'reduce' })
      contexts.push(context)
      const page = await context.newPage()
      await prepare(page)
      await page.goto(`${address}/?c=${conversation}${secret === undefined ? '' : `#me=${secret}`}`)
      await expect(page.getByTestId('connection')).toHaveText('Live')
      await expect(page.getByTestId('model')).toHaveText('Answered by the demo model, no key set')
      return page
    }
    await use({
      actor,
      conversation,
      async open(prepare = async () => {}, secret) {
        const beside = app === addresses.react ? 'vue' : 'svelte'
        const [react, other] = await Promise.all([
          open(addresses.react, prepare, secret),
          open(addresses[beside], prepare, secret),
        ])
        return { react, other, beside }
      },
    })
    actor.close()
    for (const context of contexts) await context.close()
  },
})

/** Opens both apps as the person who asks: only that person can stop the answer, and ask for another one. */
async function asked({ open, actor }: Harness, prompt: string, prepare?: (page: Page) => Promise<unknown>) {
  const twins = await open(prepare, 'a'.repeat(26))
  const me = await twins.react.evaluate(() => sessionStorage.getItem('streamfold:client-id'))
  return { twins, replyTo: await actor.prompt(prompt, me!) }
}

const both = ({ react, other }: Twins, look: (page: Page) => Promise<unknown>) => Promise.all([look(react), look(other)])
const clock = (page: Page) => page.clock.install()
/** The pages' clocks, not ours: nobody has to wait. */
const later = (twins: Twins, ms: number) => both(twins, (page) => page.clock.fastForward(ms))
const says = (twins: Twins, sentence: string | RegExp) =>
  both(twins, (page) => expect(page.locator('body')).toContainText(sentence))

/** Keeps an answer streaming. @returns ends it, once the last beat is confirmed: one that the end of its client refuses would fail the test */
function beginBeats(beat: () => Promise<void>): () => Promise<void> {
  let last = Promise.resolve()
  const timer = setInterval(() => (last = beat()), 3_000)
  return () => {
    clearInterval(timer)
    return last
  }
}

const rich = `A table, code, a list, another direction and a picture:

| Version | What it holds | Size |
|---|---|---:|
| create | nothing yet | 0 |
| append | one more word | 6 |

\`\`\`ts
const { messages, stop } = useConversation({ channelName: 'ai:demo' })
// An append changes one message.
for (const { id, text } of messages) console.log(\`\${id}: \${text.length}\`)
\`\`\`

1. First, **bold** and \`inline code\`
2. Then a [link](https://example.com/)

> مرحبا بالعالم، هذا نص عربي

שלום עולם 👩‍👩‍👧‍👦 🎉 naïve`

test('empty', { tag: '@small' }, async ({ harness }) => {
  const twins = await harness.open()
  await says(twins, 'Ask a question')
  await inspect(twins, 'empty')
})

test('waiting for the agent', async ({ harness }) => {
  const twins = await harness.open()
  await harness.actor.prompt('What is taking so long?')
  await says(twins, 'Waiting for the agent')
  await inspect(twins, 'waiting')
})

test('streaming', { tag: '@small' }, async ({ harness }) => {
  const { actor } = harness
  await actor.enter()
  const replyTo = await actor.prompt('How does it work?')
  const serial = await actor.respond('An answer that ', { status: 'streaming', 'reply-to': replyTo })
  const twins = await harness.open()
  const endBeats = beginBeats(() => actor.append(serial, ''))
  await actor.append(serial, 'is still being written, with `code` and **more** to')
  await says(twins, 'is still being written')
  await says(twins, 'Streaming')
  await inspect(twins, 'streaming')
  await endBeats()
})

test('complete, with everything an answer may hold', { tag: '@small' }, async ({ harness }) => {
  const { twins, replyTo } = await asked(harness, 'Show me everything 🎈\nin two lines')
  await harness.actor.respond(rich, { status: 'complete', 'reply-to': replyTo })
  await says(twins, 'Complete')
  await both(twins, (page) => expect(page.locator('.hl-keyword').first()).toBeVisible())
  await both(twins, (page) => expect(page.getByTestId('regenerate')).toBeVisible())
  await inspect(twins, 'complete', huge)
})

test('complete, and yet cut off at the length limit', async ({ harness }) => {
  const { twins, replyTo } = await asked(harness, 'Tell me all of it')
  await harness.actor.respond('The first half of', { status: 'complete', finish: 'length', 'reply-to': replyTo })
  await says(twins, 'Cut off at the length limit: ask for the rest, or press Regenerate')
  await both(twins, (page) => expect(page.getByTestId('regenerate')).toBeVisible())
  await inspect(twins, 'cut-off')
})

test('complete, and yet no answer', async ({ harness }) => {
  const replyTo = await harness.actor.prompt('Think about it')
  await harness.actor.respond('', { status: 'complete', finish: 'length', empty: 'reasoning', 'reply-to': replyTo })
  const twins = await harness.open()
  await says(twins, 'The model reached its length limit while it was still reasoning.')
  await says(twins, 'No answer')
  await inspect(twins, 'no-answer')
})

const framed = { format: 'parts/1' }
const thought = `${frameHead({ type: 'reasoning' })}**Where to look**\n\nThe documentation has it.${frameHead({ type: 'end', ms: 3_200 })}`
const search = frameHead({ type: 'tool', id: 'c1', name: 'searchDocs', title: 'Search the documentation' })
const sum = `${frameHead({ type: 'tool', id: 'c2', name: 'calculator' })}{"expression":"12 * (3 + 4)"}${frameHead({ type: 'input', id: 'c2' })}`
const openAll = (twins: Twins) =>
  both(twins, async (page) => {
    // A click would scroll to its summary, on a busy machine in another moment on each page.
    await page.locator('.parts details').evaluateAll((all) => {
      for (const details of all) (details as HTMLDetailsElement).open = true // By its name.
    })
  })

test('an agent at work: reasoning, a tool that runs, one whose input is being written, progress and a chart', async ({
  harness,
}) => {
  const { actor } = harness
  await actor.enter()
  const replyTo = await actor.prompt('How many messages?')
  const data = [
    thought,
    `${search}{"query":"history rewind"}${frameHead({ type: 'input', id: 'c1' })}${frameHead({ type: 'run', id: 'c1', epoch: 'e' })}`,
    `${frameHead({ type: 'data', name: 'progress', id: 'p' })}{"label":"Reading pages","value":0.6}${frameHead({ type: 'end' })}`,
    `${frameHead({ type: 'data', name: 'chart' })}{"title":"Messages","unit":"per run","rows":[{"label":"Streamfold","value":1},{"label":"Nine",`,
    `${frameHead({ type: 'tool', id: 'c3', name: 'calculator' })}{"expression":"12 * `,
  ]
  const serial = await actor.respond(data.join(''), { status: 'streaming', 'reply-to': replyTo, ...framed })
  const twins = await harness.open()
  const endBeats = beginBeats(() => actor.append(serial, '', 'streaming', framed))
  await says(twins, 'Writing input')
  await says(twins, 'Running')
  await inspect(twins, 'parts-working')
  await endBeats()
})

test('an answer with all its parts, closed and opened', { tag: '@small' }, async ({ harness }) => {
  const replyTo = await harness.actor.prompt('How many messages?')
  const data = [
    thought,
    `${search}{"query":"history rewind"}${frameHead({ type: 'input', id: 'c1' })}`,
    `${frameHead({ type: 'output', id: 'c1' })}[{"page":"History"},{"page":"Rewind"}]${frameHead({ type: 'end', id: 'c1' })}`,
    frameHead({ type: 'source', id: 's1', url: 'https://ably.com/docs/storage-history/history', title: 'Message history' }),
    frameHead({
      type: 'source',
      id: 's2',
      mediaType: 'application/pdf',
      title: 'A design with a title of some length',
      filename: 'd.pdf',
    }),
    `${sum}${frameHead({ type: 'output', id: 'c2' })}84${frameHead({ type: 'end', id: 'c2' })}`,
    `${frameHead({ type: 'data', name: 'weather' })}{"city":"Oslo"}${frameHead({ type: 'end' })}`,
    frameHead({ type: 'file', mediaType: 'image/png', url: 'https://images.example.com/a.png', filename: 'diagram.png' }),
    frameHead({ type: 'file', mediaType: 'text/csv', url: 'data:text/csv,a', filename: 'rows.csv' }),
    `${frameHead({ type: 'text', id: 't' })}History holds **one message**.`,
    frameHead({ type: 'cite', source: 's1', of: 't', end: 30 }),
    frameHead({ type: 'cite', source: 's2', of: 't', end: 30 }),
  ]
  await harness.actor.respond(data.join(''), { status: 'complete', 'reply-to': replyTo, ...framed })
  const twins = await harness.open()
  await says(twins, 'Complete')
  await inspect(twins, 'parts-complete')
  await openAll(twins)
  await inspect(twins, 'parts-open')
})

test('tools that failed, were denied, wait or never ended', { tag: '@small' }, async ({ harness }) => {
  const replyTo = await harness.actor.prompt('Do it')
  const call = (id: string, name: string) =>
    `${frameHead({ type: 'tool', id, name })}{"path":"report.txt"}${frameHead({ type: 'input', id })}`
  const data = [
    `${frameHead({ type: 'reasoning' })}${frameHead({ type: 'end', ms: 65_000 })}`,
    `${call('a', 'read_file')}${frameHead({ type: 'fault', id: 'a' })}There is no such file.${frameHead({ type: 'end', id: 'a' })}`,
    `${call('b', 'deleteFile')}${frameHead({ type: 'fault', id: 'b', denied: true })}${frameHead({ type: 'end', id: 'b' })}`,
    `${frameHead({ type: 'tool', id: 'c', name: 'm', title: 'مسح الملفات القديمة' })}{"ok":`,
  ]
  await harness.actor.respond(data.join(''), { status: 'complete', finish: 'tool-calls', 'reply-to': replyTo, ...framed })
  const twins = await harness.open()
  await says(twins, 'There is no such file.')
  await says(twins, 'The model called a tool and wrote no answer.')
  await openAll(twins)
  await inspect(twins, 'parts-trouble')
})

test('stopped', async ({ harness }) => {
  const replyTo = await harness.actor.prompt('Tell me a long story')
  await harness.actor.respond('Once upon a time there was', { status: 'cancelled', 'reply-to': replyTo })
  const twins = await harness.open()
  await says(twins, 'Stopped')
  await inspect(twins, 'stopped')
})

test('failed, with the reason and Retry', async ({ harness }) => {
  const { twins, replyTo } = await asked(harness, 'Tell me a secret')
  await harness.actor.respond('I would rather', { status: 'failed', error: 'the model is overloaded', 'reply-to': replyTo })
  await says(twins, 'Failed: the model is overloaded')
  await both(twins, (page) => expect(page.getByTestId('retry')).toBeVisible())
  await inspect(twins, 'failed')
})

test('stalled: shown, and Stop stays', async ({ harness }) => {
  const { actor } = harness
  await actor.enter()
  const { twins, replyTo } = await asked(harness, 'Are you still there?', clock)
  const serial = await actor.respond('Just a', { status: 'streaming', 'reply-to': replyTo })
  await actor.append(serial, ' moment', 'streaming', { 'reply-to': replyTo })
  await says(twins, 'Just a moment')
  await later(twins, 11_000)
  await says(twins, 'Stalled: nothing new for a while')
  await both(twins, (page) => expect(page.locator('#hint')).toHaveText('Nothing new for a while'))
  await both(twins, (page) => expect(page.getByTestId('stop')).toBeVisible())
  await inspect(twins, 'stalled')
})

test('abandoned: the agent went away', async ({ harness }) => {
  const replyTo = await harness.actor.prompt('And then?')
  const serial = await harness.actor.respond('Then it', { status: 'streaming', 'reply-to': replyTo })
  const twins = await harness.open(clock)
  await harness.actor.append(serial, ' all went')
  await says(twins, 'Then it all went')
  await later(twins, 11_000)
  await says(twins, 'The agent went away')
  await both(twins, (page) => expect(page.getByTestId('retry')).toBeVisible())
  await inspect(twins, 'abandoned')
})

test('not answered: the reason and Retry', async ({ harness }) => {
  const refusal = { error: { code: 'unavailable', message: 'the agent is busy; try again in a minute' } }
  const twins = await harness.open((page) =>
    page.route('**/api/responses', (route) => route.fulfill({ status: 503, json: refusal })),
  )
  for (const page of [twins.react, twins.other]) {
    await page.getByTestId('prompt-box').fill('Hello?')
    await page.getByTestId('send').click()
    await expect(page.locator('body')).toContainText('Not answered: the agent is busy; try again in a minute')
    await expect(page.getByTestId('retry')).toBeVisible()
    await accessible(page, 'not answered')
  }
})

test('offline', { tag: '@small' }, async ({ harness }) => {
  await harness.actor.prompt('Are we still connected?')
  const twins = await harness.open()
  // Not the agent: each page notices only with its next look at the agent's health.
  const clientIdOf = (page: Page) => page.evaluate(() => sessionStorage.getItem('streamfold:client-id'))
  await both(twins, async (page) => fault({ type: 'cut', clientId: await clientIdOf(page), refuseFor: 40_000 }))
  await says(twins, 'Offline')
  await says(twins, 'You are offline. Answers go on without you and are complete when you return.')
  // The seconds to the next try count down on each page by itself.
  await both(twins, (page) =>
    // Not a style element: the pages allow no inline styles.
    page.evaluate(() => {
      const sheet = new CSSStyleSheet()
      sheet.replaceSync(
        '[data-testid=connection] > :last-child { visibility: hidden; width: 9rem; white-space: nowrap; overflow: hidden }',
      )
      document.adoptedStyleSheets.push(sheet)
    }),
  )
  await inspect(twins, 'offline')
  await endFaults()
})

test('disconnected by the reader', async ({ harness }) => {
  await harness.actor.prompt('I will be back')
  const twins = await harness.open()
  await both(twins, (page) => page.getByTestId('connect-toggle').click())
  await says(twins, 'You disconnected. Connect to see what was written meanwhile.')
  await both(twins, (page) => page.mouse.move(0, 0))
  await inspect(twins, 'disconnected')
})

test('the list of conversations', async ({ harness }) => {
  const replyTo = await harness.actor.prompt('A conversation with a title of some length, which takes two lines')
  await harness.actor.respond('Yes.', { status: 'complete', 'reply-to': replyTo })
  const twins = await harness.open()
  await says(twins, 'Complete')
  await both(twins, (page) => expect(page.getByTestId('conversation')).toContainText('Yes.'))
  await inspect(twins, 'conversations')
  await both(twins, (page) => accessible(page, 'conversations'))
  await both(twins, (page) => page.setViewportSize(drawers.middle))
  await both(twins, (page) => page.getByTestId('conversations').click())
  await both(twins, (page) => expect(page.getByTestId('conversation')).toHaveCount(1))
  await inspect(twins, 'drawer', drawers)
})

test('the trouble panel', async ({ harness }) => {
  const replyTo = await harness.actor.prompt('Make trouble')
  await harness.actor.respond('With pleasure.', { status: 'complete', 'reply-to': replyTo })
  const twins = await harness.open()
  await both(twins, (page) => page.getByTestId('trouble').click())
  await both(twins, (page) => page.getByTestId('trouble-end').click())
  await says(twins, 'All trouble was ended.')
  await both(twins, (page) => page.mouse.move(0, 0))
  await inspect(twins, 'trouble')
})
