import { createActor } from './actor.ts'
import type { OpenApp } from './app.ts'
import { expect, test } from './app.ts'
import { endFaults, fault, responses } from './channel.ts'

const words = Array.from({ length: 60 }, (_, index) => `w${index}`)

test.afterEach(endFaults)

/** Collects every text that the answer has shown. */
async function watchTexts({ page }: OpenApp): Promise<() => Promise<readonly string[]>> {
  await page.evaluate(() => {
    const seen = new Set<string>()
    const note = (): void => {
      const answer = document.querySelector('[data-testid=message][data-role=assistant] [data-type=text]')
      seen.add((answer?.textContent ?? '').match(/w\d+/g)?.join(' ') ?? '')
    }
    new MutationObserver(note).observe(document.body, { subtree: true, childList: true, characterData: true })
    Object.assign(window, { seenTexts: () => [...seen] })
  })
  return () => page.evaluate(() => (window as unknown as { seenTexts: () => string[] }).seenTexts())
}

for (const type of ['loseAppend', 'repeatAppend'] as const) {
  test(`${type}: the page never shows a wrong text, and has the whole at the end`, async ({ open }) => {
    const app = await open()
    const actor = await createActor(app.conversation)
    await actor.enter()
    const replyTo = await actor.prompt('Count')
    const serial = await actor.respond('', { status: 'streaming', 'reply-to': replyTo })
    const seen = await watchTexts(app)
    for (const [index, word] of words.entries()) {
      if (index === 20 || index === 40) await fault({ type, message: serial })
      await actor.append(serial, `${word} `, 'streaming', { 'reply-to': replyTo })
    }
    await actor.append(serial, '', 'complete', { 'reply-to': replyTo })
    actor.close()
    await app.untilAnswerIs('complete')
    await expect.poll(async () => (await seen()).at(-1)).toBe(words.join(' '))
    const whole = words.join(' ')
    for (const text of await seen()) expect(whole.startsWith(text), `the page has shown ${text}`).toBe(true)
    const [held] = await responses(app.conversation)
    expect(held?.text.trim()).toBe(whole)
  })
}
