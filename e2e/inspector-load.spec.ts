import { mkdirSync, writeFileSync } from 'node:fs'
import { expect, test } from './app.ts'
import { real } from './environment.ts'
import { loadOf, rate } from './inspector-load.ts'
import { frozen } from './tasks.ts'

/** `pnpm bench inspector` takes two minutes. */
const seconds = Number(process.env['INSPECTOR_SECONDS'] ?? 10)
test.skip(real, 'measures the page, not the service')
test.setTimeout(180_000 + seconds * 3_000)

test(`the inspector beside ${rate} events a second freezes no page`, async ({ open }, { project: { name } }) => {
  const { page, conversation } = await open()
  await page.getByTestId('inspect').click()
  await expect(page.getByTestId('timeline')).toBeVisible()
  const load = await loadOf(page, conversation, seconds)
  await expect(page.getByTestId('place')).toContainText('Live')
  const without = await open()
  const bare = await loadOf(without.page, without.conversation, Math.min(seconds, 20))
  const figures = { name, load, bare }
  console.log(JSON.stringify(figures))
  const folder = new URL('results/', import.meta.url)
  mkdirSync(folder, { recursive: true })
  writeFileSync(new URL(`inspector-load-${name}.json`, folder), JSON.stringify(figures))
  // Long tasks and frames are judged in `pnpm bench inspector`: on a busy machine every page has some.
  expect(load.longest).toBeLessThan(frozen)
})
