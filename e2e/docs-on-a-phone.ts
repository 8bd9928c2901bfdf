// node e2e/docs-on-a-phone.ts, after a build: opens every page of the documentation on a phone. No page may be wider than the screen; code and tables scroll in
// themselves. For `pnpm check`.
import { existsSync, globSync, readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:http'
import { extname } from 'node:path'
import type { Browser } from '@playwright/test'
import { chromium } from '@playwright/test'
import { findChromiumForTests } from '../scripts/chromium.ts'
import { root } from '../scripts/workspace.ts'
import { launchOptions } from './browser.ts'

const site = `${root}docs/.vitepress/dist/`
const viewport = { width: 390, height: 844 }
const types: Readonly<Record<string, string>> = { '.html': 'text/html', '.css': 'text/css', '.svg': 'image/svg+xml' }

const pages = globSync('**/*.html', { cwd: site }).sort()
if (pages.length === 0) throw new Error('unable to open the documentation; it is not built: run pnpm build first')
const server = createServer(({ url = '/' }, response) => {
  const path = site + decodeURIComponent(new URL(url, 'http://site').pathname).slice(1)
  if (!existsSync(path)) return void response.writeHead(404).end()
  response.writeHead(200, { 'content-type': types[extname(path)] ?? 'application/octet-stream' }).end(readFileSync(path))
})
await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
const { port } = server.address() as AddressInfo // It listens on a port.
const browser = await chromium.launch({ ...launchOptions(), executablePath: findChromiumForTests() })
const wide: string[] = []
const left = [...pages]
await Promise.all([visit(browser), visit(browser)])
await browser.close()
server.close()
for (const line of wide) console.error(line)
console.log(`${pages.length} pages of the documentation on a phone, ${wide.length} of them too wide`)
process.exitCode = wide.length > 0 ? 1 : 0

/** Opens pages one after the other, without their scripts: the layout is in what the server sends. */
async function visit(by: Browser): Promise<void> {
  const page = await by.newPage({ viewport, isMobile: true, javaScriptEnabled: false })
  for (let name = left.shift(); name !== undefined; name = left.shift()) {
    await page.goto(`http://127.0.0.1:${port}/${name}`)
    const found = await page.evaluate((screen) => {
      const root = document.documentElement
      if (root.scrollWidth <= screen) return undefined
      const widest = [...document.querySelectorAll('main *, .VPContent *')].find(
        (each) => each.getBoundingClientRect().right > screen + 1,
      )
      return `${root.scrollWidth} pixels wide, by ${widest?.tagName.toLowerCase()} “${widest?.textContent.trim().slice(0, 60)}”`
    }, viewport.width)
    if (found !== undefined) wide.push(`docs: ${name} is ${found}: let it scroll in itself`)
  }
}
