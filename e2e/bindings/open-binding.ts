import { fileURLToPath } from 'node:url'
import type { Browser, Page } from '@playwright/test'
import { build, defaultClientConditions } from 'vite'
import { addresses } from '../environment.ts'

/** A page with a binding's scenarios, built as a product would, from our sources. */
export async function openBinding(browser: Browser, binding: string): Promise<Page> {
  const page = await browser.newPage()
  // A page without an origin is served nothing by local Ably.
  const address = `${addresses.react}/binding`
  await page.route(address, (route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html>' }))
  await page.goto(address)
  await page.addScriptTag({ content: await bundle(binding), type: 'module' })
  await page.waitForFunction(() => 'binding' in window)
  return page
}

async function bundle(binding: string): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'error',
    resolve: { conditions: ['streamfold-source', ...defaultClientConditions] },
    build: { write: false, rolldownOptions: { input: fileURLToPath(new URL(`./${binding}.ts`, import.meta.url)) } },
  })
  const [result] = [built].flat()
  if (!result || !('output' in result)) throw new Error(`unable to build the page of ${binding}; nothing came out`)
  return result.output[0].code
}
