import { expect } from 'vitest'
import { section } from './section.ts'
import { create } from './world.ts'

const hello = ({ action }: { action: number }): boolean => action === 4
const published = ({ action }: { action: number }): boolean => action === 15

section('2. ProtocolMessage (P76, P77)', ({ row, notOffered }) => {
  row('unknown actions are ignored', async (w) => {
    const socket = await w.raw()
    socket.send({ action: 99, channel: w.name })
    socket.send({ action: 0, id: 'alive' })
    await socket.frame(({ id }) => id === 'alive')
    expect(socket.frames.map(({ action }) => action)).toEqual([4, 0])
  })
  row('unknown fields of a frame are ignored', async (w) => {
    const socket = await w.raw()
    socket.send({ action: 10, channel: w.name, novelty: { a: 1 } })
    await socket.frame(({ action }) => action === 11)
  })
  row('absent fields are left out, not null', async (w) => {
    const frame = await (await w.raw()).frame(hello)
    expect(Object.values(frame)).not.toContain(null)
    expect(frame).not.toHaveProperty('error')
  })
  row('a delivered message has an id, `frame id:index` or its own', async (w) => {
    const heard = await w.hearing()
    await (await w.channel()).publish('n', 'd')
    expect((await heard.until(() => true)).id).toMatch(/^\w+:\d+:0$/)
  })
  row('a delivered message has the connectionId of its publisher', async (w) => {
    const heard = await w.hearing()
    const client = await w.client()
    await client.channels.get(w.name).publish('n', 'd')
    expect((await heard.until(() => true)).connectionId).toBe(client.connection.id)
  })
  row('a delivered message has a timestamp in ms', async (w) => {
    const heard = await w.hearing()
    const before = Date.now()
    await (await w.channel()).publish('n', 'd')
    expect((await heard.until(() => true)).timestamp).toBeGreaterThanOrEqual(before)
  })
  row('timestamps of updates do not move the creation time', async (w) => {
    const channel = await w.channel()
    const heard = await w.hearing(channel)
    const serial = await create(channel, 'a')
    await channel.updateMessage({ serial, data: 'b' } as never)
    const update = await heard.until(({ data }) => data === 'b')
    expect(update.timestamp).toBe(heard.messages[0]?.timestamp)
  })
  row('flags tell HAS_PRESENCE', async (w) => {
    await (await w.channel({ clientId: 'ann' })).presence.enter()
    const socket = await w.attached()
    expect(Number(socket.frames.find(({ action }) => action === 11)?.['flags']) & 1).toBe(1)
  })
  row('flags tell HAS_BACKLOG', async (w) => {
    await (await w.channel()).publish('n', 'd')
    const socket = await w.attached({ params: { rewind: '1' } })
    expect(Number(socket.frames.find(({ action }) => action === 11)?.['flags']) & 2).toBe(2)
  })
  row('flags tell RESUMED', async (w) => {
    const first = await w.attached()
    const channelSerial = first.frames.find(({ action }) => action === 11)?.['channelSerial']
    const second = await w.attached({ channelSerial })
    expect(Number(second.frames.find(({ action }) => action === 11)?.['flags']) & 4).toBe(4)
  })
  row('flags tell the granted modes in bits 16 to 25', async (w) => {
    const socket = await w.attached({ flags: (1 << 17) | (1 << 18) })
    expect(Number(socket.frames.find(({ action }) => action === 11)?.['flags']) >> 16).toBe(0b110)
  })
  row('errors carry message, code, statusCode and href', async (w) => {
    const { error } = await (await w.raw({ key: 'x.y:z' })).frame(({ action }) => action === 9)
    expect(error).toEqual({ message: expect.any(String), code: 40101, statusCode: 401, href: expect.stringContaining('40101') })
  })
  row('one publish is one frame with one channelSerial', async (w) => {
    const socket = await w.attached()
    await (
      await w.channel()
    ).publish([
      { name: 'a', data: '1' },
      { name: 'b', data: '2' },
    ])
    const frame = await socket.frame(published)
    expect(frame).toMatchObject({ channelSerial: expect.any(String), messages: [{ name: 'a' }, { name: 'b' }] })
  })
  row('a frame that is no map ends the connection with 40000', async (w) => {
    const socket = await w.raw()
    socket.send(w.binary ? Buffer.from([0x93, 1, 2, 3]) : '[1,2,3]')
    expect(await socket.frame(({ action }) => action === 9)).toMatchObject({ error: { code: 40000 } })
  })
  row('bytes that cannot be decoded end the connection with 40000', async (w) => {
    const socket = await w.raw()
    socket.send(w.binary ? Buffer.from([0xc1, 0xff]) : '{"action":')
    expect(await socket.frame(({ action }) => action === 9)).toMatchObject({ error: { code: 40000 } })
  })
  notOffered('LiveObjects: OBJECT and OBJECT_SYNC frames', 'AI streams use messages; the modes are granted, the frames ignored')
  notOffered('ACTIVATE frames (push on devices)', 'a laptop has no push service')
})
