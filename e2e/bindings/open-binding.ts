import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import type { Browser, Page } from '@playwright/test'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { build, defaultClientConditions } from 'vite'

/** A page with a binding's scenarios, built as a product would, from our sources. */
export async function openBinding(browser: Browser, binding: string): Promise<Page> {
  const page = await browser.newPage()
  // A page without an origin is served nothing by local Ably, and one that no server has sent may not connect to this machine.
  const server = createServer((_request, response) => void response.setHeader('content-type', 'text/html').end('<!doctype html>'))
  await new Promise<void>((resolve) => void server.listen(0, 'localhost', resolve))
  await page.goto(`http://localhost:${(server.address() as AddressInfo).port}`) // It listens on a port.
  server.close()
  await page.addScriptTag({ content: await bundle(binding), type: 'module' })
  await page.waitForFunction(() => 'binding' in window)
  return page
}

async function bundle(binding: string): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'error',
    plugins: [svelte({ configFile: false })],
    resolve: { conditions: ['streamfold-source', ...defaultClientConditions] },
    build: { write: false, rolldownOptions: { input: fileURLToPath(new URL(`./${binding}.ts`, import.meta.url)) } },
  })
  const [result] = [built].flat()
  if (!result || !('output' in result)) throw new Error(`unable to build the page of ${binding}; nothing came out`)
  return result.output[0].code
}
