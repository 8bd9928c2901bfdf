import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser, Page } from '@playwright/test'
import { builtBinding } from '../environment.ts'

/** A page with a binding's scenarios. */
export async function openBinding(browser: Browser, binding: string): Promise<Page> {
  const page = await browser.newPage()
  // A page without an origin is served nothing by local Ably, and one that no server has sent may not connect to this machine.
  const server = createServer((_request, response) => void response.setHeader('content-type', 'text/html').end('<!doctype html>'))
  await new Promise<void>((resolve) => void server.listen(0, 'localhost', resolve))
  await page.goto(`http://localhost:${(server.address() as AddressInfo).port}`) // It listens on a port.
  server.close()
  await page.addScriptTag({ path: builtBinding(binding), type: 'module' })
  await page.waitForFunction(() => 'binding' in window)
  return page
}
