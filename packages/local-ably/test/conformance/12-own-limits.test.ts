import { expect } from 'vitest'
import { refusal, type World } from './world.ts'
import { section } from './section.ts'

/** What the service does above some of these is not known; local Ably refuses what could hold up or fill the process of a developer. */
section('31. Limits of local Ably itself', ({ row: add, slow }) => {
  const row: typeof add = (behaviour, attempt) =>
    add(behaviour, (w) => {
      w.onlyLocal('a limit of local Ably itself')
      return attempt(w)
    })
  row('a channel name of more than 2,048 characters: 40010/400, by socket and by request', async (w) => {
    const long = 'x'.repeat(2_049)
    expect(await answer(w, { action: 10, channel: long })).toMatchObject({ action: 9, error: { code: 40010, statusCode: 400 } })
    const { status, headers } = await w.http('GET', `/channels/${long}/messages`)
    expect([status, headers.get('x-ably-errorcode')]).toEqual([400, '40010'])
  })
  row('a filter of more than 1,024 characters: 40000/400', async (w) => {
    const channel = filtered(w, `name == '${'x'.repeat(1_024)}'`)
    expect(await answer(w, { action: 10, channel })).toMatchObject({ action: 9, error: { code: 40000, statusCode: 400 } })
  })
  row('a filter that makes more than 32 times as much of a message: 40000/400', async (w) => {
    const channel = filtered(w, Array.from({ length: 14 }, () => '[@, @][]').join(' | '))
    expect(await answer(w, { action: 10, channel })).toMatchObject({ action: 9, error: { code: 40000, statusCode: 400 } })
  })
  row('more than 1,000 members in one presence frame: 40000/400', async (w) => {
    const presence = Array.from({ length: 1_001 }, () => ({ action: 2, clientId: 'ann' }))
    const socket = await w.attached({}, { clientId: 'ann' })
    socket.send({ action: 14, channel: w.name, msgSerial: 0, presence })
    expect(await socket.frame(({ action }) => action === 2)).toMatchObject({ error: { code: 40000, statusCode: 400 } })
  })
  row('more than 100 annotations in one frame: 40000/400', async (w) => {
    const channel = await w.channel()
    const { serials } = await channel.publish('n', 'd')
    const annotations = Array.from({ length: 101 }, () => ({ messageSerial: serials[0], type: 'likes:total.v1' }))
    const socket = await w.attached()
    socket.send({ action: 21, channel: w.name, msgSerial: 0, annotations })
    expect(await socket.frame(({ action }) => action === 2)).toMatchObject({ error: { code: 40000, statusCode: 400 } })
  })
  row('data of more than 512 levels: 40000/400', async (w) => {
    const [deep, deeper] = [512, 513].map((levels) => nested(levels))
    const channel = await w.channel()
    expect(await refusal(channel.publish('n', deep))).toBe('no refusal')
    const { status, headers } = await w.http('POST', `/channels/${w.name}/messages`, { data: deeper })
    expect([status, headers.get('x-ably-errorcode')]).toEqual([400, '40000'])
  })
  row('extras of more than 64 levels: 40032/400', async (w) => {
    const channel = await w.channel()
    expect(await refusal(channel.publish({ data: 'd', extras: { ai: nested(65) } }))).toEqual([40032, 400])
  })
  row('a batch that names channels more than 1,000 times: 40000/400', async (w) => {
    const specs = Array.from({ length: 11 }, () => ({
      channels: Array.from({ length: 91 }, () => w.name),
      messages: { data: 'd' },
    }))
    const { status, headers } = await w.http('POST', '/messages', specs)
    expect([status, headers.get('x-ably-errorcode')]).toEqual([400, '40000'])
  })
  row('a request body of more than 2,000,000 bytes: 40009/413', async (w) => {
    const { status, headers } = await w.http('POST', `/channels/${w.name}/messages`, { data: 'x'.repeat(2_000_001) })
    expect([status, headers.get('x-ably-errorcode')]).toEqual([413, '40009'])
  })
  slow(
    'a client that leaves more than `maxUnreadBytes` unread is dropped, as is one for which a fault holds back as much',
    async (w) => {
      const server = await w.serve({ maxUnreadBytes: 100_000 })
      const socket = await w.raw({ clientId: 'slow' }, server)
      socket.send({ action: 10, channel: w.name })
      await socket.frame(({ action }) => action === 11)
      server.faults.freeze({ clientId: 'slow' })
      const channel = w.rest({}, server).channels.get(w.name)
      for (let n = 0; n < 5; n++) await channel.publish('big', 'x'.repeat(30_000))
      await socket.until(({ closed }) => closed)
    },
  )
})

async function answer(w: World, frame: object): Promise<Record<string, unknown>> {
  const socket = await w.raw()
  socket.send(frame)
  return socket.frame(({ action }) => action === 9 || action === 11)
}

function filtered(w: World, expression: string): string {
  return `[filter=${Buffer.from(expression).toString('base64')}]${w.name}`
}

/** A list in a list in a list … */
function nested(levels: number): unknown {
  let value: unknown = 'x'
  for (let level = 0; level < levels; level++) value = [value]
  return value
}
