import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { createLocalAbly, type LocalAbly } from '../../src/index.ts'
import { RawSocket } from '../raw-socket.ts'

const KILLS = 50
const SEED = Number(process.env['LOCAL_ABLY_SEED'] ?? 20_260_815)
const program = fileURLToPath(new URL('server.ts', import.meta.url))
const key = 'local.dev:streamfold'

/** What the server has confirmed so far, over all its lives. */
interface Confirmed {
  /** Data of single publishes. */
  readonly single: Set<string>
  /** Data of batches of three, by the data of their first. */
  readonly batches: Set<string>
  /** The text of the response, up to which appends were confirmed. */
  text: string
  serial: string
}

/** Starts it; resolves as soon as it listens. */
async function start(data: string, port: number): Promise<{ child: ChildProcess; port: number }> {
  const child = spawn(process.execPath, [program, data, String(port)], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = (await once(child.stdout!, 'data')) as [Buffer]
  return { child, port: Number(String(line)) }
}

it(`keeps everything acknowledged through ${KILLS} kills under load (seed ${SEED})`, { timeout: 300_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'local-ably-kill-'))
  const data = join(folder, 'ably.db')
  const confirmed: Confirmed = { single: new Set(), batches: new Set(), text: '', serial: '' }
  const lifetimes = fc.sample(fc.integer({ min: 0, max: 120 }), { numRuns: KILLS, seed: SEED })
  try {
    for (const [life, ms] of lifetimes.entries()) {
      const { child, port } = await start(data, 0)
      const exit = once(child, 'exit')
      let timer: NodeJS.Timeout | undefined
      const arm = () => void (timer ??= setTimeout(() => child.kill('SIGKILL'), ms))
      // Random and not on a condition: the moment of the kill is what is tried. Most lives are timed from their first confirmation, as a busy
      // machine would otherwise confirm nothing in any of them; the others may end before anybody has connected.
      const load = bombard({ url: `http://127.0.0.1:${port}`, port, key } as LocalAbly, confirmed, life, arm)
      if (life % 4 === 0) arm()
      await Promise.all([exit, load])
      clearTimeout(timer)
      if (life % 10 === 9) await check(data, confirmed)
    }
    await check(data, confirmed)
    expect(confirmed.single.size).toBeGreaterThan(KILLS)
    expect(confirmed.text.length).toBeGreaterThan(KILLS)
    console.log(
      `${KILLS} kills, seed ${SEED}: ${confirmed.single.size} publishes, ${confirmed.batches.size} batches, ${confirmed.text.length} bytes of appends confirmed`,
    )
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})

/** Publishes, batches and appends as fast as they are confirmed, until the server is gone. @param begun called when something was confirmed. */
async function bombard(server: LocalAbly, confirmed: Confirmed, life: number, begun: () => void): Promise<void> {
  let socket: RawSocket
  try {
    socket = await RawSocket.open(server, { appendRollupWindow: life % 2 ? '0' : '5' })
  } catch {
    // Killed before anybody could connect.
    return
  }
  const sent = new Map<number, (serials: readonly string[]) => void>()
  let msgSerial = 0
  const send = (messages: readonly object[], done: (serials: readonly string[]) => void): void => {
    sent.set(msgSerial, done)
    socket.send({ action: 15, channel: 'room', msgSerial: msgSerial++, messages })
  }
  let appended = confirmed.text.length
  const round = (): void => {
    const name = `${life}.${msgSerial}`
    send([{ name: 'single', data: name }], () => confirmed.single.add(name))
    const batch = ['a', 'b', 'c'].map((part) => ({ name: 'batch', data: `${name}${part}` }))
    send(batch, () => confirmed.batches.add(name))
    for (let n = 0; n < 5 && confirmed.serial !== ''; n++) {
      const position = appended++
      send([{ action: 5, serial: confirmed.serial, data: letter(position) }], () => {
        // Confirmed up to here; what an earlier life accepted without confirming is in the text already.
        confirmed.text = textOf(Math.max(confirmed.text.length, position + 1))
      })
    }
  }
  if (confirmed.serial === '') send([{ name: 'response', data: '' }], ([serial = '']) => (confirmed.serial = serial))
  else appended = await lengthNow(server, confirmed)
  let handled = 0
  for (let n = 0; n < 10; n++) round()
  while (!socket.closed) {
    const seen = socket.frames.length
    await socket.until(({ closed, frames }) => closed || frames.length > seen)
    for (; handled < socket.frames.length; handled++) {
      const ack = socket.frames[handled]
      if (ack?.action !== 1) continue
      const results = ack['res'] as { serials: string[] }[]
      for (const [index, { serials }] of results.entries()) sent.get(Number(ack['msgSerial']) + index)?.(serials)
      begun()
      if (!socket.closed) round()
    }
  }
}

/** Each position has its letter, so that a hole or a doubling shows. */
const letter = (position: number): string => String.fromCodePoint(97 + (position % 26))
const textOf = (length: number): string => Array.from({ length }, (_, position) => letter(position)).join('')

/** How much of the response the server has: a killed one may have stored more than it confirmed. */
async function lengthNow(server: LocalAbly, confirmed: Confirmed): Promise<number> {
  const url = `http://127.0.0.1:${server.port}/channels/room/messages/${encodeURIComponent(confirmed.serial)}`
  try {
    const response = await fetch(url, { headers: { authorization: `Basic ${btoa(key)}` } })
    const { data } = (await response.json()) as { data: string }
    expect(data.length).toBeGreaterThanOrEqual(confirmed.text.length)
    return data.length
  } catch (error) {
    if (error instanceof TypeError) return confirmed.text.length
    throw error
  }
}

/** What a new process finds in the file. */
async function check(data: string, confirmed: Confirmed): Promise<void> {
  const server = await createLocalAbly({ data, host: '127.0.0.1' })
  const messages = new Map<string, string>()
  const headers = { authorization: `Basic ${btoa(key)}` }
  const url = `${server.url.replace('localhost', '127.0.0.1')}/channels/room/`
  for (let path: string | undefined = 'messages?limit=1000&direction=forwards'; path !== undefined;) {
    const response: Response = await fetch(url + path, { headers })
    for (const { serial, data } of (await response.json()) as { serial: string; data?: string }[])
      messages.set(serial, data ?? '')
    path = /<\.\/([^>]*)>; rel="next"/.exec(response.headers.get('link') ?? '')?.[1]
  }
  await server.close()
  const stored = new Set(messages.values())
  expect([...confirmed.single].filter((each) => !stored.has(each))).toEqual([])
  expect([...confirmed.batches].filter((each) => !['a', 'b', 'c'].every((part) => stored.has(each + part)))).toEqual([])
  // Of no batch, confirmed or not, is there a part without the rest.
  const halves = [...stored].filter((each) => /^\d+\.\d+[abc]$/.test(each)).map((each) => each.slice(0, -1))
  expect(halves.filter((each) => !['a', 'b', 'c'].every((part) => stored.has(each + part)))).toEqual([])
  if (confirmed.serial === '') return
  const text = messages.get(confirmed.serial) ?? ''
  expect(text.startsWith(confirmed.text)).toBe(true)
  expect(text).toBe(textOf(text.length))
}
