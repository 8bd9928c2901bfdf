import type { Page } from '@playwright/test'
import { PNG } from 'pngjs'
import type { OpenApp } from './app.ts'
import { expect, test } from './app.ts'
import { real } from './environment.ts'
import { accessible } from './twins.ts'

test.skip(real, 'files are in the agent’s store, not in the service')

/** A picture of one colour. */
function picture(width = 320, height = 200): Buffer {
  const png = new PNG({ width, height })
  for (let at = 0; at < png.data.length; at += 4) png.data.set([11, 106, 100, 255], at)
  return PNG.sync.write(png)
}

const photo = { name: 'photo.png', mimeType: 'image/png', buffer: picture() }
const attachments = (page: Page) => page.getByTestId('attachment')
const prompt = ({ page }: OpenApp) => page.locator('[data-testid=message][data-role=user]').first()

async function choose({ page }: OpenApp, ...files: { name: string; mimeType: string; buffer: Buffer }[]): Promise<void> {
  const chooser = page.waitForEvent('filechooser')
  await page.getByTestId('attach').click()
  await (await chooser).setFiles(files)
}

/** Files as a paste or a drop brings them. */
const transferOf = (page: Page, files: readonly { name: string; mimeType: string; buffer: Buffer }[]) =>
  page.evaluateHandle(
    (given) => {
      const transfer = new DataTransfer()
      for (const { name, type, base64 } of given) {
        const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
        transfer.items.add(new File([bytes], name, { type }))
      }
      return transfer
    },
    files.map(({ name, mimeType, buffer }) => ({ name, type: mimeType, base64: buffer.toString('base64') })),
  )

test(
  'an image in a prompt: another device of another app shows it with its description, and the model receives it',
  { tag: '@small' },
  async ({ open, otherApp }) => {
    const app = await open()
    const other = await open({ address: otherApp, conversation: app.conversation })
    await choose(app, photo)
    await expect(attachments(app.page)).toHaveAttribute('data-status', 'ready')
    await expect(attachments(app.page)).toContainText('photo.png')
    await app.page.getByTestId('attachment-alt').fill('A green rectangle')
    await accessible(app.page, 'a file to send')
    await app.send('What is in this picture?')
    await expect(attachments(app.page)).toHaveCount(0)
    for (const each of [app, other]) {
      await expect(prompt(each)).toContainText('What is in this picture?')
      const image = prompt(each).getByRole('img', { name: 'A green rectangle' })
      await expect(image).toBeVisible()
      await expect.poll(() => image.evaluate((element) => (element as HTMLImageElement).naturalWidth)).toBe(320)
      await each.untilAnswerIs('complete')
      await expect(each.answers.first()).toContainText('I received an image, photo.png, 320 × 200 pixels')
    }
    // The page's own server has it, and its frame has its size before it comes.
    const src = await prompt(other).getByRole('img').getAttribute('src')
    expect(src).toMatch(/^\/files\/[0-9a-f]{32}$/)
    await other.page.reload()
    await expect(prompt(other).getByRole('img', { name: 'A green rectangle' })).toBeVisible()
    await accessible(other.page, 'a prompt with an image')
  },
)

test('a prompt may be files alone, of several types', async ({ open }) => {
  const app = await open()
  const notes = { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('Some notes') }
  const report = { name: 'report.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7\n%%EOF\n') }
  await choose(app, photo, report, notes)
  await expect(app.page.locator('[data-testid=attachment][data-status=ready]')).toHaveCount(3)
  await app.page.getByTestId('send').click()
  await app.untilAnswerIs('complete')
  await expect(app.answers.first()).toContainText('I received 2 files')
  await expect(app.answers.first()).toContainText('report.pdf')
  await expect(prompt(app).getByRole('link', { name: 'notes.txt' })).toHaveAttribute('href', /^\/files\/[0-9a-f]{32}$/)
  await expect(app.page.getByTestId('conversation').locator('.conversation-title')).toHaveText('photo.png')
})

test('an upload that fails says why, and is retried; nothing is sent meanwhile', async ({ open }) => {
  const app = await open()
  const { page } = app
  await page.route('**/files?*', (route) => route.fulfill({ status: 503, body: '{}', contentType: 'application/json' }))
  await choose(app, photo)
  await expect(attachments(page)).toHaveAttribute('data-status', 'failed')
  await expect(attachments(page).getByRole('alert')).toHaveText(
    'unable to upload "photo.png"; the server answered 503: try again',
  )
  await page.getByTestId('prompt-box').fill('hello')
  await expect(page.getByTestId('send')).toBeDisabled()
  await page.getByTestId('prompt-box').press('Enter')
  await expect(page.getByTestId('message')).toHaveCount(0)
  await page.unroute('**/files?*')
  await page.getByTestId('attachment-retry').click()
  await expect(attachments(page)).toHaveAttribute('data-status', 'ready')
  await page.getByTestId('send').click()
  await app.untilAnswerIs('complete')
  await expect(app.answers.first()).toContainText('photo.png')
})

test('an upload shows how far it is, and can be cancelled', async ({ open }) => {
  const app = await open()
  const { page } = app
  let release = () => {}
  const held = new Promise<void>((resolve) => (release = resolve))
  await page.route('**/files?*', async (route) => {
    await held
    await route.abort()
  })
  await choose(app, photo)
  await expect(attachments(page)).toHaveAttribute('data-status', 'uploading')
  await expect(attachments(page)).toContainText('Uploading')
  await expect(attachments(page).getByRole('progressbar')).toBeVisible()
  await page.getByRole('button', { name: 'Cancel photo.png' }).click()
  await expect(attachments(page)).toHaveCount(0)
  release()
})

test('pasted and dropped files are attached; text is pasted as text', async ({ open }) => {
  const app = await open()
  const { page } = app
  await page.getByTestId('prompt-box').focus()
  const pasted = await transferOf(page, [photo])
  await page
    .getByTestId('prompt-box')
    .evaluate(
      (box, clipboardData) => box.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true })),
      pasted,
    )
  await expect(attachments(page)).toHaveCount(1)
  const dropped = await transferOf(page, [{ ...photo, name: 'second.png', buffer: picture(10, 10) }])
  const drag = (type: string) => page.locator('main').dispatchEvent(type, { dataTransfer: dropped })
  await drag('dragenter')
  await expect(page.getByTestId('drop')).toBeVisible()
  await drag('dragover')
  await drag('drop')
  await expect(page.getByTestId('drop')).toHaveCount(0)
  await expect(attachments(page)).toHaveCount(2)
  await expect(page.locator('[data-testid=attachment][data-status=ready]')).toHaveCount(2)
  await page.getByRole('button', { name: 'Remove second.png' }).click()
  await expect(attachments(page)).toHaveCount(1)
})

test('a file that is too large, or of another type, is not taken, and says so', async ({ open }) => {
  const app = await open()
  const { page } = app
  const large = { ...photo, name: 'large.png', buffer: Buffer.alloc(5 * 1024 * 1024 + 1) }
  const script = { name: 'page.html', mimeType: 'text/html', buffer: Buffer.from('<script>alert(1)</script>') }
  await choose(app, large, script, photo)
  await expect(attachments(page).filter({ hasText: 'large.png' }).getByRole('alert')).toBeVisible()
  await expect(attachments(page).filter({ hasText: 'page.html' }).getByRole('alert')).toBeVisible()
  await expect(page.locator('[data-testid=attachment][data-status=ready]')).toContainText('photo.png')
  await accessible(page, 'files that were refused')
  // They do not stop the prompt.
  await page.getByTestId('send').click()
  await app.untilAnswerIs('complete')
  // What says that it is an image, and is none, is refused by the agent.
  await choose(app, { name: 'fake.png', mimeType: 'image/png', buffer: Buffer.from('<script>alert(1)</script>') })
  await expect(attachments(page).filter({ hasText: 'fake.png' })).toContainText('not of the type image/png')
})
