import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser, Page } from '@playwright/test'
import { otherHost, real } from './environment.ts'
import { expect, test } from './app.ts'

test.skip(real, 'the policy of a built page does not depend on the service')

/** Ways of running code or reaching another host, for a text that had got into the page as HTML in spite of everything. */
const attacks: Readonly<Record<string, (foreign: string) => void | Promise<void>>> = {
  'an inline script': () => {
    const script = document.createElement('script')
    script.textContent = 'window.ran = true'
    document.body.append(script)
  },
  'a handler in HTML': () => {
    const box = document.createElement('div')
    box.innerHTML = '<img src="data:," onerror="window.ran = true"><svg onload="window.ran = true"></svg>'
    document.body.append(box)
  },
  'a script address': () => {
    const link = document.createElement('a')
    link.href = 'javascript:window.ran = true'
    document.body.append(link)
    link.click()
  },
  // In a task of its own: what the test's protocol evaluates may evaluate more.
  'code from a text': () => void setTimeout(() => new Function('window.ran = true')()),
  'a timer with a text': () => void setTimeout('window.ran = true' as unknown as () => void),
  'a script of another host': (foreign) => add('script', { src: `${foreign}/script.js` }),
  'a script of a data address': () => add('script', { src: 'data:text/javascript,window.ran = true' }),
  'a script of a blob': () => {
    const script = document.createElement('script')
    script.src = URL.createObjectURL(new Blob(['window.ran = true'], { type: 'text/javascript' }))
    document.body.append(script)
  },
  'an imported module': (foreign) => import(/* @vite-ignore */ `${foreign}/module.js`).catch(() => undefined) as Promise<void>,
  'a worker': (foreign) => {
    for (const address of [`${foreign}/worker.js`, URL.createObjectURL(new Blob([`fetch('${foreign}/worker')`]))])
      try {
        new Worker(address).addEventListener('error', (event) => event.preventDefault())
      } catch {
        // Refused: what it fetched would show.
      }
  },
  'an image of another host': (foreign) => add('img', { src: `${foreign}/image.png`, srcset: `${foreign}/image-2.png 2x` }),
  'a style in HTML': (foreign) => {
    const box = document.createElement('div')
    box.innerHTML = `<p style="background: url(${foreign}/background.png)">x</p><style>body { background: url(${foreign}/style.png) }</style>`
    document.body.append(box)
  },
  'a background set by a script': (foreign) => {
    document.body.style.backgroundImage = `url(${foreign}/set.png)`
  },
  'a style sheet of another host': (foreign) => add('link', { rel: 'stylesheet', href: `${foreign}/style.css` }),
  'a font of another host': (foreign) =>
    new FontFace('a', `url(${foreign}/font.woff2)`).load().then(
      () => undefined,
      () => undefined,
    ),
  'a frame': (foreign) => add('iframe', { src: `${foreign}/frame` }),
  'a frame of a text': (foreign) =>
    add('iframe', { srcdoc: `<img src="${foreign}/srcdoc.png"><script>parent.ran = true</script>` }),
  'an object and an embed': (foreign) => {
    add('object', { data: `${foreign}/object` })
    add('embed', { src: `${foreign}/embed` })
  },
  'sound and film': (foreign) => {
    add('audio', { src: `${foreign}/audio.mp3` })
    add('video', { src: `${foreign}/video.mp4`, poster: `${foreign}/poster.png` })
  },
  'a request': (foreign) =>
    fetch(`${foreign}/fetch`, { mode: 'no-cors' }).then(
      () => undefined,
      () => undefined,
    ),
  'an old request': (foreign) => {
    const request = new XMLHttpRequest()
    request.open('GET', `${foreign}/xhr`)
    request.send()
  },
  'a beacon': (foreign) => void navigator.sendBeacon(`${foreign}/beacon`, 'x'),
  'a stream of events': (foreign) => void Object.assign(window, { events: new EventSource(`${foreign}/events`) }),
  'a socket': (foreign) => {
    try {
      Object.assign(window, { socket: new WebSocket(`${foreign.replace('http', 'ws')}/socket`) })
    } catch {
      // Refused: that it was opened would show.
    }
  },
  'a ping of a link': (foreign) => {
    const link = document.createElement('a')
    link.href = '#'
    link.setAttribute('ping', `${foreign}/ping`)
    document.body.append(link)
    link.click()
  },
  'what is fetched beforehand': (foreign) => {
    add('link', { rel: 'prefetch', href: `${foreign}/prefetch` })
    add('link', { rel: 'preload', as: 'script', href: `${foreign}/preload.js` })
    add('link', { rel: 'modulepreload', href: `${foreign}/modulepreload.js` })
    add('link', { rel: 'icon', href: `${foreign}/icon.png` })
    add('link', { rel: 'manifest', href: `${foreign}/manifest.json` })
  },
  'a form': (foreign) => {
    const form = document.createElement('form')
    form.action = `${foreign}/form`
    form.method = 'post'
    document.body.append(form)
    form.submit()
  },
  'another base': (foreign) => {
    const base = document.createElement('base')
    base.href = `${foreign}/base/`
    document.head.prepend(base)
    const image = document.createElement('img')
    image.src = 'relative.png'
    document.body.append(image)
  },
}

test('what got into a built page as HTML runs no code and reaches no other host', async ({ app, browser }) => {
  expect(await outcomes(browser, app, false)).toEqual(fill({ ran: false, reached: false }))
})

test('without its policy, each of these would', async ({ app, browser }) => {
  const found = await outcomes(browser, app, true)
  for (const [name, { ran, reached }] of Object.entries(found)) expect.soft(ran || reached, name).toBe(true)
})

interface Outcome {
  /** Code of the attack ran in the page. */
  readonly ran: boolean
  /** The other host was asked for something. */
  readonly reached: boolean
}

/** What comes of each attack. */
async function outcomes(browser: Browser, address: string, bypassCSP: boolean): Promise<Record<string, Outcome>> {
  // By the attack that asks: one may go on while the next ones are tried.
  const asked = new Set<string>()
  const note = ({ url = '' }: IncomingMessage) => void asked.add(url.split('/')[1]!) // Before the first slash is nothing.
  const foreign = createServer((request, response) => {
    note(request)
    response.setHeader('access-control-allow-origin', '*')
    response.setHeader('content-type', 'text/javascript')
    response.end('window.ran = true')
  })
  foreign.on('upgrade', (request: IncomingMessage, socket) => {
    note(request)
    socket.destroy()
  })
  foreign.listen(0)
  await once(foreign, 'listening')
  // A server of this machine under a name that is not the page's.
  const elsewhere = `http://${otherHost}:${(foreign.address() as AddressInfo).port}`
  const closing: Promise<void>[] = []
  const close = (page: Page) =>
    closing.push(
      page
        .context()
        .close()
        .catch(() => {}),
    ) // A page that was left: the browser ends it.
  try {
    const found: Record<string, Outcome> = {}
    let page = await open(browser, address, bypassCSP)
    for (const [index, [name, attack]] of Object.entries(attacks).entries()) {
      // An attack that succeeds may change the page for those after it, or leave it, even while the next address is opened in it. A page that was left
      // may take long to close, and holds up none of its context.
      if (bypassCSP) {
        close(page)
        page = await open(browser, address, bypassCSP)
      }
      const attacked = page.evaluate(attack, `${elsewhere}/${index}`)
      // Below the policy an attack must have run to its end.
      await (bypassCSP ? whileThere(attacked, undefined) : attacked)
      await whileThere(settled(page), undefined)
      const ran = await whileThere(
        page.evaluate(() => (window as { ran?: boolean }).ran === true),
        false,
      )
      found[name] = { ran, reached: asked.has(String(index)) }
    }
    close(page)
    return found
  } finally {
    await whileThere(Promise.all(closing), [])
    foreign.closeAllConnections()
    foreign.close()
  }
}

/** What a page gives; in its place `left`, where the attack has left the page: what is asked of it may then fail, or get no answer. */
function whileThere<Given>(given: Promise<Given>, left: Given): Promise<Given> {
  return Promise.race([given.catch(() => left), new Promise<Given>((resolve) => void setTimeout(resolve, 20_000, left).unref())])
}

/** A page in a browser context of its own. */
async function open(browser: Browser, address: string, bypassCSP: boolean): Promise<Page> {
  const context = await browser.newContext({ bypassCSP })
  // The document alone: the app itself would take most of the time.
  await context.route(`${address}/assets/**`, (route) => route.abort())
  const page = await context.newPage()
  await page.goto(address, { waitUntil: 'domcontentloaded' })
  await page.evaluate(addElement)
  return page
}

function fill(outcome: Outcome): Record<string, Outcome> {
  return Object.fromEntries(Object.keys(attacks).map((name) => [name, outcome]))
}

/** For the attacks, which run in the page. */
declare function add(name: string, attributes: Readonly<Record<string, string>>): void

function addElement(): void {
  Object.assign(window, {
    add(name: string, attributes: Readonly<Record<string, string>>) {
      const element = document.createElement(name)
      for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value)
      document.body.append(element)
    },
  })
}

/** The requests that the page has made by now have arrived: those that it makes in three frames come later. */
async function settled(page: Page): Promise<void> {
  const passed = async () => {
    for (let frame = 0; frame < 3; frame++) {
      await new Promise(requestAnimationFrame)
      await fetch('/')
    }
  }
  await page.evaluate(passed).catch(() => undefined) // A page that was left.
}
