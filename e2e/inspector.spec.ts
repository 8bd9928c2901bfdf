import { execFile } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import type { Locator, Page } from '@playwright/test'
import pixelmatch from 'pixelmatch'
import { PNG } from 'pngjs'
import { createActor } from './actor.ts'
import type { OpenApp } from './app.ts'
import { expect, test, words } from './app.ts'
import { fault, responses } from './channel.ts'
import { addresses } from './environment.ts'
import { accessible } from './twins.ts'

const run = promisify(execFile)
const root = fileURLToPath(new URL('../', import.meta.url))

/** The page that opens a log with no server, built as the package builds it. */
async function standalonePage(name: string): Promise<string> {
  const outDir = fileURLToPath(new URL(`results/inspector-page-${name}/`, import.meta.url))
  const vite = `${root}packages/inspector/node_modules/vite/bin/vite.js`
  await run(process.execPath, [vite, 'build', '--outDir', outDir, '--logLevel', 'error'], { cwd: `${root}packages/inspector` })
  return pathToFileURL(`${outDir}inspector.html`).href
}

const timeline = (page: Page) => page.getByTestId('timeline')
const bands = (page: Page) => page.getByTestId('bands')
/** What the conversation pane shows of the only answer. */
const then = (page: Page) => page.getByTestId('then').locator('[data-role=assistant] .text')

/** An answer in the middle of which the network goes, so that the page has to read what it missed. @returns the way to its end. */
async function troubled(app: OpenApp): Promise<() => Promise<void>> {
  const actor = await createActor(app.conversation)
  await actor.enter()
  const replyTo = await actor.prompt('What happens when I lose my connection?')
  const serial = await actor.respond('', { status: 'streaming', 'reply-to': replyTo })
  let count = 0
  const grow = async (words: number) => {
    for (const end = count + words; count < end; count++) await actor.append(serial, `word${count} `)
  }
  await grow(60)
  await expect.poll(() => app.answerWords()).toContain('word59')
  const clientId = await app.page.evaluate(() => sessionStorage.getItem('streamfold:client-id'))
  await fault({ type: 'expireContinuity', clientId })
  await fault({ type: 'cut', clientId, refuseFor: 1_500 })
  await expect(app.page.getByTestId('connection')).toContainText('Offline')
  await grow(20)
  await app.untilLive()
  await grow(20)
  await expect.poll(() => app.answerWords()).toContain('word99')
  return async () => {
    await grow(20)
    await actor.append(serial, 'end.', 'complete')
    actor.close()
  }
}

/** Presses a key in the picture until it says that it is there. */
async function pressUntil(page: Page, key: string, said: RegExp): Promise<void> {
  await expect(async () => {
    await timeline(page).press(key)
    await expect(timeline(page)).toHaveAttribute('aria-valuetext', said, { timeout: 200 })
  }).toPass({ intervals: [10] })
}

/** The picture after all requested drawings. */
async function picture(canvas: Locator): Promise<PNG> {
  const url = await canvas.evaluate(async (element) => {
    for (let frames = 0; frames < 2; frames++) await new Promise(requestAnimationFrame)
    return (element as HTMLCanvasElement).toDataURL() // It is the timeline.
  })
  return PNG.sync.read(Buffer.from(url.slice(url.indexOf(',') + 1), 'base64'))
}

test('trouble in a stream is seen, travelled to and handed over; live again, nothing is missing', async ({
  app,
  open,
  browser,
}) => {
  const name = app === addresses.react ? 'react' : 'vue'
  const opened = await open()
  const { page } = opened
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  // What the page fetches once it has begun is no part of the inspector.
  await page.waitForLoadState('networkidle')
  const loaded: string[] = []
  page.on('request', (request) => request.resourceType() === 'script' && loaded.push(request.url()))
  const end = await troubled(opened)
  expect(loaded).toEqual([])
  expect(await page.evaluate(() => customElements.get('streamfold-inspector') === undefined)).toBe(true)

  // What happened before it was opened is there.
  await page.getByTestId('inspect').press('Enter')
  await expect(timeline(page)).toBeVisible()
  expect(loaded).not.toEqual([])
  await page.getByTestId('tab-trouble').press('Enter')
  await expect(bands(page)).toContainText('Disconnected')
  await expect(bands(page)).toContainText('Recovering')
  await expect(bands(page)).toContainText('Gapped')
  await page.getByTestId('filter-trouble').press('Enter')
  await expect(page.getByTestId('events').locator('[data-kind=repair]')).not.toHaveCount(0)

  // To the repair, and step by step to before the gap.
  await page.getByTestId('tab-conversation').click()
  await page.getByTestId('page-follows').press('Space')
  await pressUntil(page, 'PageUp', /repair/)
  await expect(page.getByTestId('why')).toContainText('The gap is closed')
  await expect(page.getByTestId('text-diff').locator('ins')).not.toBeEmpty()
  const mended = await then(page).innerText()
  await pressUntil(page, 'ArrowLeft', /connection/)
  const old = await then(page).innerText()
  expect(old.length).toBeGreaterThan(100)
  expect(mended.length).toBeGreaterThan(old.length)
  expect(mended.startsWith(old)).toBe(true)
  await expect.poll(() => opened.answerWords()).toBe(words(old))
  await end()

  // Live again: all that came meanwhile is there.
  await timeline(page).press('End')
  await expect(page.getByTestId('place')).toContainText('Live')
  await opened.untilAnswerIs('complete')
  const [held] = await responses(opened.conversation)
  await expect.poll(() => opened.answerWords()).toBe(words(held?.text ?? ''))

  // Handed over: the same picture in a page without a server.
  await page.getByTestId('filter-all').click()
  await page.getByTestId('whole').check()
  const host = await page.locator('streamfold-inspector').evaluate(({ clientWidth, clientHeight }) => [clientWidth, clientHeight])
  const blank = await browser.newPage({ viewport: { width: host[0]!, height: host[1]! } })
  await blank.goto(await standalonePage(name))
  // Time is an event, too: one that comes between the picture and the export makes them two.
  await expect(async () => {
    await page.getByTestId('fit').click()
    const drawn = await picture(timeline(page))
    const downloading = page.waitForEvent('download')
    await page.getByTestId('export').click()
    const told = await bandsOf(page)
    await blank.getByTestId('import').setInputFiles(await (await downloading).path())
    await expect(blank.getByTestId('place')).toContainText('events')
    expect(await bandsOf(blank)).toEqual(told)
    await expect.poll(async () => difference(drawn, await picture(timeline(blank))), { timeout: 1_000 }).toBeLessThan(0.01)
  }).toPass({ timeout: 20_000 })
  await blank.getByTestId('tab-conversation').click()
  await expect(then(blank)).not.toBeEmpty()
  await timeline(blank).press('ArrowLeft')
  expect(await then(blank).innerText()).toBe(held?.text)
  await blank.close()

  // As a test, without a word of what was said.
  await page.getByTestId('whole').uncheck()
  await pressUntil(page, 'PageUp', /repair/)
  await page.getByTestId('copy-test').press('Enter')
  await expect(page.getByTestId('inspector-notice')).toHaveText('The test is copied')
  const copied = await page.evaluate(() => navigator.clipboard.readText())
  expect(copied).not.toContain(old.slice(0, 20))
  const test = `${root}packages/inspector/test/copied-${name}.test.ts`
  writeFileSync(test, copied)
  try {
    const { stdout } = await run(process.execPath, [`${root}node_modules/vitest/vitest.mjs`, 'run', test], { cwd: root })
    expect(stdout).toContain('1 passed')
  } finally {
    rmSync(test)
  }

  await page.getByTestId('inspector-close').press('Enter')
  await expect(page.locator('streamfold-inspector')).toHaveCount(0)
  await expect(page.getByTestId('inspect')).toHaveAttribute('aria-expanded', 'false')
  await expect.poll(() => opened.answerWords()).toBe(words(held?.text ?? ''))
})

test('the inspector is accessible in every pane, both themes, wide and narrow', async ({ open }) => {
  const opened = await open()
  const { page } = opened
  await opened.send('What is Ably AI Transport?')
  await page.getByTestId('inspect').click()
  await expect(timeline(page)).toBeVisible()
  await opened.untilAnswerIs('complete')
  await timeline(page).press('ArrowLeft')
  await pointed(page)
  const panes = {
    light: { wide: ['conversation', 'trouble', 'machines', 'figures'], narrow: ['events', 'event'] },
    // The same contents in other colours.
    dark: { wide: ['machines', 'figures'], narrow: ['event'] },
  }
  for (const [colorScheme, sizes] of Object.entries(panes) as ['light' | 'dark', typeof panes.light][]) {
    await page.emulateMedia({ colorScheme })
    for (const [size, tabs] of Object.entries(sizes)) {
      await page.setViewportSize(size === 'wide' ? { width: 1280, height: 860 } : { width: 360, height: 740 })
      await free(page, `${size}, ${colorScheme}`)
      for (const tab of tabs) {
        await page.getByTestId(`tab-${tab}`).click()
        await accessible(page, `the inspector, ${tab}, ${size}, ${colorScheme}`)
      }
    }
  }
})

test('docked, it leaves the page its room, in a size that one gives it and that stays', async ({ open }) => {
  const opened = await open()
  const { page } = opened
  await opened.send('Please give me a long answer')
  await expect.poll(() => opened.answers.count().then((count) => (count > 0 ? opened.answerWords() : ''))).toMatch(/.{200}/)
  await page.getByTestId('inspect').click()
  const grip = page.getByTestId('grip')
  // Below the page, and beside it where a telephone lies.
  for (const [width, height] of [
    [320, 640],
    [640, 360],
    [1280, 800],
  ] as const) {
    await page.setViewportSize({ width, height })
    await expect(grip).toHaveAttribute('data-side', height < 480 ? 'right' : 'bottom')
    await free(page, `${width} × ${height}`)
    // Who follows goes on following: the newest line is in sight.
    await expect
      .poll(() => page.locator('.view').evaluate((view) => view.scrollHeight - view.clientHeight - view.scrollTop))
      .toBeLessThan(1)
  }
  await page.getByTestId('stop').click()
  const size = async () => Number(await grip.getAttribute('aria-valuenow'))
  const own = await size()
  await grip.press('ArrowUp')
  expect(await size()).toBeGreaterThan(own)
  const box = (await grip.boundingBox())!
  await page.mouse.move(box.x + 200, box.y + 2)
  await page.mouse.down()
  await page.mouse.move(box.x + 200, 500, { steps: 4 })
  await page.mouse.up()
  expect(await size()).toBe(300)
  await free(page, 'dragged')
  await page.reload()
  await page.getByTestId('inspect').click()
  await expect(grip).toHaveAttribute('aria-valuenow', '300')
  await grip.press('Enter')
  expect(await size()).toBe(own)
  await page.getByTestId('inspector-close').click()
  await expect.poll(() => page.locator('.page').evaluate(({ clientHeight }) => clientHeight)).toBe(800)
})

/** The prompt box and some of the text are beside what is docked, not under it, and all of it is in the window. */
async function free(page: Page, what: string): Promise<void> {
  const [inspector, composer, view] = await Promise.all(
    ['streamfold-inspector', '.composer', '.view'].map(async (selector) => (await page.locator(selector).boundingBox())!),
  )
  const { width, height } = page.viewportSize()!
  const beside = composer!.x + composer!.width <= inspector!.x
  expect(beside || composer!.y + composer!.height <= inspector!.y, `${what}: the prompt box is free`).toBe(true)
  expect(view!.height, `${what}: there is text above the prompt box`).toBeGreaterThan(80)
  expect(inspector!.x + inspector!.width, what).toBeLessThanOrEqual(width)
  expect(inspector!.y + inspector!.height, what).toBeLessThanOrEqual(height)
}

/** What a pointer does in the picture: a click puts the cursor, a drag moves it or the picture, the wheel looks closer. */
async function pointed(page: Page): Promise<void> {
  const box = (await timeline(page).boundingBox())!
  const [x, y] = [box.x + box.width * 0.7, box.y + box.height * 0.6]
  // How many events there are goes on growing.
  const place = async () => (await page.getByTestId('place').innerText()).replace(/ of .*/, '')
  const shown = async () => (await picture(timeline(page))).data
  await page.getByTestId('fit').click()
  await page.mouse.click(x, y)
  const clicked = await place()
  expect(clicked).toMatch(/event \d+/)
  const axis = box.y + box.height - 8
  await page.mouse.move(x, axis)
  await page.mouse.down()
  await page.mouse.move(x - 300, axis, { steps: 6 })
  await page.mouse.up()
  expect(await place()).not.toBe(clicked)
  for (const act of [
    () => page.mouse.wheel(0, -400),
    async () => {
      await page.mouse.move(x, y)
      await page.mouse.down()
      await page.mouse.move(x - 200, y, { steps: 6 })
      await page.mouse.up()
    },
  ]) {
    const before = await shown()
    const at = await place()
    await act()
    await expect.poll(async () => before.equals(await shown())).toBe(false)
    expect(await place()).toBe(at)
  }
}

/** The bands, as they are told. */
async function bandsOf(page: Page): Promise<readonly string[]> {
  await page.getByTestId('tab-trouble').click()
  await expect(bands(page)).toBeVisible()
  return bands(page).locator('li').allInnerTexts()
}

/** The part of the pixels that differ visibly. */
function difference(one: PNG, other: PNG): number {
  if (one.width !== other.width || one.height !== other.height) return 1
  return pixelmatch(one.data, other.data, undefined, one.width, one.height, { threshold: 0.1 }) / (one.width * one.height)
}
