import { readFileSync } from 'node:fs'
import { createActor } from './actor.ts'
import type { ChatPage } from './ai-sdk-pages.ts'
import { expect, test } from './ai-sdk-pages.ts'
import { beginRun } from './begin-run.ts'
import { endFaults, fault, history, responses } from './channel.ts'

const long = 'Please give me a long answer'
/** Where the demo model's long answer is from. */
const knowledge = readFileSync(new URL('../apps/agent/src/demo/knowledge/long-answer.md', import.meta.url), 'utf8')

// One worker builds and serves the pages.
test.describe.configure({ mode: 'default' })
test.afterEach(endFaults)

/** The page shows what the channel holds, and no frame of it has ever shown anything but a beginning of that. */
async function isTrue(chat: ChatPage): Promise<void> {
  await expect
    .poll(async () => chat.answers.allTextContents())
    .toEqual((await responses(chat.conversation)).map(({ text }) => text))
  const whole = await chat.answers.allTextContents()
  for (const answers of await chat.seen()) {
    expect(answers.length).toBeLessThanOrEqual(whole.length)
    for (const [index, text] of answers.entries()) expect(whole[index]!.startsWith(text), text).toBe(true)
  }
}

/** Presses Stop and waits until all is said. */
async function stopped(chat: ChatPage): Promise<void> {
  await chat.press('Stop')
  await chat.until('ready')
  await expect.poll(async () => (await responses(chat.conversation)).at(-1)?.status).toBe('cancelled')
}

test('stream: an answer grows and completes, one message on the channel', async ({ chat }) => {
  const page = await chat()
  await page.send('hello')
  await page.until('streaming')
  await page.until('ready')
  await expect(page.questions).toHaveText(['hello'])
  expect((await history(page.conversation)).map(({ name }) => name)).toEqual(['prompt', 'response'])
  await isTrue(page)
  expect((await page.seen()).length).toBeGreaterThan(5)
})

test('resume does not duplicate the previous answer: a reload in mid-stream goes on in its place', async ({ chat }) => {
  const page = await chat({ me: 'user-ann' })
  const actor = await createActor(page.conversation)
  const prompt = await actor.prompt('hello')
  await actor.respond('Good day', { status: 'complete', 'reply-to': prompt })
  actor.close()
  await expect(page.answers).toHaveText(['Good day'])
  await page.send(long)
  const before = await page.grown(100)
  await page.page.reload()
  await page.until('streaming')
  const after = await page.grown(before.length + 50)
  expect(after.startsWith(before)).toBe(true)
  await expect(page.questions).toHaveText(['hello', long])
  await expect(page.answers).toHaveCount(2)
  await expect(page.answers.first()).toHaveText('Good day')
  await stopped(page)
  await isTrue(page)
})

test('stop works on a resumed stream', async ({ chat }) => {
  const page = await chat()
  await page.send(long)
  await page.grown(100)
  await page.page.reload()
  await page.until('streaming')
  await page.grown(150)
  await stopped(page)
  await isTrue(page)
  const { length } = await page.answers.innerText()
  await page.page.reload()
  await expect(page.answers).toHaveCount(1)
  await page.until('ready')
  expect(await page.answers.innerText()).toHaveLength(length)
})

test('text does not double after a second replay', async ({ chat }) => {
  const page = await chat()
  await page.send(long)
  await page.grown(50)
  for (const letters of [100, 150]) {
    await page.page.reload()
    await page.until('streaming')
    await page.grown(letters)
  }
  await fault({ type: 'expireContinuity', clientId: 'ann' })
  await fault({ type: 'cut', clientId: 'ann' })
  await page.grown(400)
  await stopped(page)
  await isTrue(page)
})

test('second tab: the page of the other framework sees the same answer, and stops it', async ({ chat }, { project }) => {
  const page = await chat()
  const other = await chat({
    framework: project.name === 'react' ? 'vue' : 'react',
    conversation: page.conversation,
  })
  await other.until('ready')
  await page.send(long)
  await other.until('streaming')
  await other.grown(150)
  await expect(other.questions).toHaveText([long])
  await stopped(other)
  await page.until('ready')
  await isTrue(page)
  await isTrue(other)
})

test('drop and resume: what was written meanwhile arrives, and the answer goes on', async ({ chat }) => {
  const page = await chat()
  await page.send(long)
  const before = await page.grown(100)
  await fault({ type: 'cut', clientId: 'ann', refuseFor: 1_000 })
  await page.grown(before.length + 300)
  await page.until('streaming')
  await stopped(page)
  await isTrue(page)
})

test('failure repaired: what was rejected is put right while the answer streams', async ({ chat }) => {
  const page = await chat()
  await page.send(long)
  await page.grown(100)
  await fault({ type: 'rejectAppend', channel: `ai:${page.conversation}`, nth: 1, times: 3, code: 50_000 })
  // Until it is repaired the channel itself holds a text with a hole.
  await expect.poll(async () => knowledge.includes(await page.grown(300))).toBe(true)
  await page.until('streaming')
  await stopped(page)
  await expect.poll(async () => page.answers.allTextContents()).toEqual([(await responses(page.conversation))[0]?.text])
  expect(knowledge).toContain(await page.answers.textContent())
})

test('a failed answer is an error, and Again puts another in its place', async ({ chat }) => {
  const page = await chat({ me: 'user-ann' })
  const actor = await createActor(page.conversation)
  const prompt = await actor.prompt(long)
  await page.until('submitted')
  const response = await actor.respond('I am', { status: 'streaming', 'reply-to': prompt })
  await page.until('streaming')
  await actor.append(response, ' broken', 'failed')
  await page.until('error')
  await expect(page.page.getByRole('alert')).toContainText('unable to complete the answer')
  await expect(page.answers).toHaveText(['I am broken'])
  actor.close()
  await page.press('Again')
  await page.until('streaming')
  await stopped(page)
  await expect(page.page.getByRole('alert')).toHaveCount(0)
  const lines = [await page.questions.allTextContents(), await page.answers.allTextContents()]
  expect(lines).toEqual([[long], [(await responses(page.conversation)).at(-1)?.text]])
  await page.page.reload()
  await expect.poll(async () => [await page.questions.allTextContents(), await page.answers.allTextContents()]).toEqual(lines)
})

test('a run of a tool, live: on two devices, after a reload in the middle of the tool’s input, and after the end', async ({
  chat,
}, { project }) => {
  const page = await chat()
  const { conversation } = page
  const other = await chat({ framework: project.name === 'react' ? 'vue' : 'react', conversation, me: 'ben' })
  await other.until('ready')
  const show = (parts: readonly string[], pages = [page, other]) =>
    Promise.all(pages.map((each) => expect.poll(() => each.parts(), { intervals: [50] }).toEqual(parts)))
  const run = await beginRun(conversation)
  await run.say({ type: 'reasoning' }, 'I look it up.')
  await show(['step-start', 'reasoning Thinking …I look it up.'])
  await run.say({ type: 'end', ms: 900 })
  await run.say({ type: 'tool', id: 'c1', name: 'search', title: 'Search' }, '{"query":"history re')
  const begun = ['step-start', 'reasoning ThoughtsI look it up.', 'tool-search Search: input-streaming{"query":"history re"}']
  await show(begun)
  await page.page.reload()
  await page.until('streaming')
  await show(begun)
  await run.more('wind"}')
  await run.say({ type: 'input', id: 'c1' })
  await run.say({ type: 'run', id: 'c1', epoch: 'e1' })
  const called = [...begun.slice(0, 2), 'tool-search Search: input-available{"query":"history rewind"}']
  await show(called)
  await run.say({ type: 'output', id: 'c1' }, '[{"page":"History"}]')
  await run.say({ type: 'tool', id: 'c2', name: 'read', dynamic: true }, '{"file":"x"}')
  await run.say({ type: 'input', id: 'c2' })
  await run.say({ type: 'fault', id: 'c2' }, 'There is no such file.')
  await run.say({ type: 'step' })
  await run.say({ type: 'source', id: 's1', url: 'https://example.com/history', title: 'History' })
  await run.say({ type: 'source', id: 's2', url: 'javascript:window.pwned=1', title: 'Bad' })
  await run.say({ type: 'file', mediaType: 'text/plain', url: 'data:text/plain,hi' })
  await run.say({ type: 'data', name: 'progress', id: 'p' }, '{"percent":100}')
  await run.say({ type: 'text' }, 'One message.')
  await run.end()
  const whole = [
    ...begun.slice(0, 2),
    'tool-search Search: output-available{"query":"history rewind"}[{"page":"History"}]',
    'dynamic-tool read: output-error{"file":"x"}There is no such file.',
    'step-start',
    'source-url History',
    'source-url Bad',
    'file text/plain',
    'data-progress {"percent":100}',
    'text One message.',
  ]
  await show(whole)
  for (const each of [page, other]) await each.until('ready')
  await page.page.reload()
  await show(whole)
  await page.until('ready')
  await expect(page.answers.locator('a')).toHaveCount(3)
  expect(await page.answers.locator('a[href]').evaluateAll((links) => links.map((link) => link.getAttribute('href')))).toEqual([
    'https://example.com/history',
    'data:text/plain,hi',
  ])
})

test('the agent thinks, calls a tool and answers, and a page opened later has the same parts', async ({ chat }) => {
  const page = await chat()
  await page.send('calculate 12 * (3 + 4)')
  const tool = page.answers.locator('[data-part=tool-calculator]')
  await expect(tool).toContainText('output-available')
  await page.until('ready')
  const parts = await page.parts()
  expect(parts.map((part) => part.split(' ')[0])).toEqual(['step-start', 'reasoning', 'tool-calculator', 'step-start', 'text'])
  await expect(tool).toContainText('84')
  expect(await responses(page.conversation)).toHaveLength(1)
  await page.page.reload()
  await expect.poll(() => page.parts()).toEqual(parts)
})

test('a person approves on the page of useChat: the answer goes on in its message, on two devices and after a reload', async ({
  chat,
}, { project }) => {
  const page = await chat()
  const { conversation } = page
  const other = await chat({ framework: project.name === 'react' ? 'vue' : 'react', conversation })
  await other.until('ready')
  const people = ['ann', 'bob'].map((name) => `${name}-${conversation}@example.com`)
  await page.send(`Invite ${people.join(' and ')} to lunch`)
  const calls = (each: ChatPage) => each.answers.locator('[data-part=tool-sendInvitation]')
  const stand = (each: ChatPage, states: readonly string[]) =>
    expect(calls(each).locator('summary')).toHaveText(states.map((state) => new RegExp(`: ${state}$`)))
  for (const each of [page, other]) {
    await stand(each, ['approval-requested', 'approval-requested'])
    await each.until('ready')
    await expect(calls(each).first()).toContainText(people[0]!)
  }
  await calls(page).first().locator('summary').click()
  await calls(page).first().getByRole('button', { name: 'Approve' }).click()
  for (const each of [page, other]) await stand(each, ['approval-responded', 'approval-requested'])
  // The first decision is on the channel before the second is made.
  await page.page.reload()
  await stand(page, ['approval-responded', 'approval-requested'])
  await calls(page).last().locator('summary').click()
  await calls(page).last().getByLabel('Reason').fill('Bob is away')
  await calls(page).last().getByRole('button', { name: 'Deny' }).click()
  for (const each of [page, other]) {
    await stand(each, ['output-available', 'output-denied'])
    await each.until('ready')
    await expect(each.answers).toHaveCount(1)
    await expect(each.answers).toContainText(
      `The invitation to **${people[1]}** was denied, and nothing was sent. The reason: Bob is away`,
    )
  }
  expect((await history(conversation)).map(({ name }) => name).toSorted()).toEqual(['answer', 'answer', 'prompt', 'response'])
  const parts = await page.parts()
  await page.page.reload()
  await expect.poll(() => page.parts()).toEqual(parts)
  await page.until('ready')
})

test('a page of useChat runs a tool for the agent, and only the page of the person who asked does', async ({ chat }) => {
  const page = await chat()
  const { conversation } = page
  const stranger = await chat({ conversation, me: 'ben' })
  await stranger.until('ready')
  await page.send('What time is it here?')
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions()
  for (const each of [page, stranger]) {
    const call = each.answers.locator('[data-part=tool-timeZoneAndLanguage]')
    await expect(call).toContainText('output-available')
    await expect(call).toContainText(timeZone)
    await expect(each.answers).toContainText(`Your browser is in the time zone \`${timeZone}\``)
    await each.until('ready')
    await expect(each.page.getByRole('alert')).toHaveCount(0)
  }
  expect((await history(conversation)).map(({ name }) => name).toSorted()).toEqual(['answer', 'prompt', 'response'])
})
