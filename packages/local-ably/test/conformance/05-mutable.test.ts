import { expect } from 'vitest'
import { section } from './section.ts'
import { create, refusal } from './world.ts'

section('11. Updates and deletes (P2, P7, P9, P11)', ({ row }) => {
  row('an update replaces the data', async (w) => {
    const channel = await w.channel()
    const serial = await create(channel, 'a')
    await channel.updateMessage({ serial, data: 'b' } as never)
    expect((await channel.getMessage(serial)).data).toBe('b')
  })
  row('what an update leaves out carries over', async (w) => {
    const channel = await w.channel()
    const { serials } = await channel.publish({ name: 'n', data: 'a', extras: { headers: { k: 'v' } } })
    await channel.updateMessage({ serial: serials[0], data: 'b' } as never)
    expect(await channel.getMessage(String(serials[0]))).toMatchObject({ name: 'n', data: 'b', extras: { headers: { k: 'v' } } })
  })
  row('what it supplies replaces wholly, extras too', async (w) => {
    const channel = await w.channel()
    const { serials } = await channel.publish({ data: 'a', extras: { headers: { k: 'v' } } })
    await channel.updateMessage({ serial: serials[0], name: 'new', extras: { headers: { l: 'w' } } } as never)
    expect(await channel.getMessage(String(serials[0]))).toMatchObject({
      name: 'new',
      data: 'a',
      extras: { headers: { l: 'w' } },
    })
  })
  row('subscribers get `message.update` with the whole message', async (w) => {
    const channel = await w.channel()
    const heard = await w.hearing()
    const serial = await create(channel, 'a')
    await channel.updateMessage({ serial, data: 'b' } as never)
    expect(await heard.until(({ data }) => data === 'b')).toMatchObject({ action: 'message.update', name: 'response', serial })
  })
  row('a delete is soft: data stays, the action tells', async (w) => {
    const channel = await w.channel()
    const serial = await create(channel, 'a')
    await channel.deleteMessage({ serial } as never)
    expect(await channel.getMessage(serial)).toMatchObject({ action: 'message.delete', data: 'a' })
  })
  row('a delete may replace the data', async (w) => {
    const channel = await w.channel()
    const serial = await create(channel, 'a')
    await channel.deleteMessage({ serial, data: 'gone' } as never)
    expect((await channel.getMessage(serial)).data).toBe('gone')
  })
  row('subscribers get `message.delete`', async (w) => {
    const channel = await w.channel()
    const heard = await w.hearing()
    const serial = await create(channel, 'a')
    await channel.deleteMessage({ serial } as never)
    await heard.until(({ action }) => action === 'message.delete')
  })
  row('serial, id and creator stay those of the create', async (w) => {
    const author = await w.channel({ clientId: 'ann' })
    const { serials } = await author.publish({ id: 'own-id', data: 'a' })
    await (await w.channel({ clientId: 'bob' })).updateMessage({ serial: serials[0], data: 'b' } as never)
    expect(await author.getMessage(String(serials[0]))).toMatchObject({ id: 'own-id', clientId: 'ann', serial: serials[0] })
  })
  row('version tells the operation: clientId, description, metadata', async (w) => {
    const channel = await w.channel({ clientId: 'ann' })
    const serial = await create(channel, 'a')
    await channel.updateMessage({ serial, data: 'b' } as never, { description: 'typo', metadata: { why: 'x' } })
    const { version } = await channel.getMessage(serial)
    expect(version).toMatchObject({ clientId: 'ann', description: 'typo', metadata: { why: 'x' } })
  })
  row('version.clientId is the operation’s where the caller may be anybody', async (w) => {
    const channel = await w.channel()
    const serial = await create(channel, 'a')
    await channel.updateMessage({ serial, data: 'b' } as never, { clientId: 'bob' })
    expect((await channel.getMessage(serial)).version?.clientId).toBe('bob')
  })
  row('version.clientId of somebody else is refused (40012)', async (w) => {
    const client = await w.client({ token: await w.token({ clientId: 'ann' }) })
    const channel = client.channels.get(w.name)
    const serial = await create(channel, 'a')
    expect(await refusal(channel.updateMessage({ serial, data: 'b' } as never, { clientId: 'eve' }))).toEqual([40012, 400])
  })
  row('version.timestamp is later than the create', async (w) => {
    const channel = await w.channel()
    const serial = await create(channel, 'a')
    await channel.updateMessage({ serial, data: 'b' } as never)
    const { version, timestamp } = await channel.getMessage(serial)
    expect(Number(version?.timestamp)).toBeGreaterThan(Number(timestamp))
  })
  row('the version serial of the ACK is the one delivered', async (w) => {
    const channel = await w.channel()
    const heard = await w.hearing()
    const serial = await create(channel, 'a')
    const { versionSerial } = await channel.updateMessage({ serial, data: 'b' } as never)
    expect((await heard.until(({ data }) => data === 'b')).version.serial).toBe(versionSerial)
  })
  row('an unknown message: 40400/404', async (w) => {
    const channel = await w.channel()
    expect(await refusal(channel.updateMessage({ serial: '01726585978590-001@abcdefghij:000', data: 'b' } as never))).toEqual([
      40400, 404,
    ])
  })
  row('a missing serial: 40003', async (w) => {
    const socket = await w.raw()
    socket.send({ action: 15, channel: w.name, msgSerial: 0, messages: [{ action: 1, data: 'x' }] })
    expect(await socket.frame(({ action }) => action === 2)).toMatchObject({ error: { code: 40003 } })
  })
  row('an unknown message action: 40000', async (w) => {
    const socket = await w.raw()
    socket.send({ action: 15, channel: w.name, msgSerial: 0, messages: [{ action: 9, serial: 'x', data: 'x' }] })
    expect(await socket.frame(({ action }) => action === 2)).toMatchObject({ error: { code: 40000 } })
  })
  row('mutableMessages off for the namespace: 93002/400', async (w) => {
    const server = await w.serve({ rules: { plain: { mutableMessages: false } } })
    const channel = (await w.client({}, server)).channels.get('plain:x')
    const serial = await create(channel)
    expect(await refusal(channel.updateMessage({ serial, data: 'b' } as never))).toEqual([93002, 400])
  })
  row('a namespace without the rule, beside one that has it: 93002/400', async (w) => {
    const server = await w.serve({ rules: { ai: { mutableMessages: true } } })
    const client = await w.client({}, server)
    for (const name of ['other:x', 'other']) {
      const channel = client.channels.get(name)
      expect(await refusal(channel.appendMessage({ serial: await create(channel), data: 'b' } as never))).toEqual([93002, 400])
    }
    const channel = client.channels.get('ai:x')
    await channel.appendMessage({ serial: await create(channel), data: 'b' } as never)
  })
  row('over REST: PATCH answers with the versionSerial', async (w) => {
    const serial = await create(await w.channel(), 'a')
    const answer = await w
      .rest()
      .channels.get(w.name)
      .updateMessage({ serial, data: 'b' } as never)
    expect(String(answer.versionSerial) > serial).toBe(true)
  })
  row('over REST: delete', async (w) => {
    const channel = await w.channel()
    const serial = await create(channel, 'a')
    await w
      .rest()
      .channels.get(w.name)
      .deleteMessage({ serial } as never)
    expect((await channel.getMessage(serial)).action).toBe('message.delete')
  })
  row('getMessageVersions: create, updates and deletes, oldest first', async (w) => {
    const channel = await w.channel()
    const serial = await create(channel, 'a')
    await channel.updateMessage({ serial, data: 'b' } as never)
    await channel.deleteMessage({ serial } as never)
    const { items } = await channel.getMessageVersions(serial)
    expect(items.map(({ action }) => action)).toEqual(['message.create', 'message.update', 'message.delete'])
  })
  for (const [operation, right] of [
    ['updateMessage', 'message-update'],
    ['deleteMessage', 'message-delete'],
    ['appendMessage', 'message-update'],
  ] as const) {
    row(`${operation} with \`${right}-own\`: one’s own messages and no others (40160)`, async (w) => {
      const ann = (await w.as({ '*': ['publish', `${right}-own`] }, 'ann')).channels.get(w.name)
      const own = await create(ann, 'a')
      const other = await create(await w.channel({ clientId: 'bob' }), 'b')
      await ann[operation]({ serial: own, data: 'x' } as never)
      expect(await refusal(ann[operation]({ serial: other, data: 'x' } as never))).toEqual([40160, 401])
    })
    row(`${operation} with \`${right}-any\`: everybody’s messages`, async (w) => {
      const ann = (await w.as({ '*': ['publish', `${right}-any`] }, 'ann')).channels.get(w.name)
      const other = await create(await w.channel({ clientId: 'bob' }), 'b')
      await ann[operation]({ serial: other, data: 'x' } as never)
    })
    row(`${operation} without a right: 40160`, async (w) => {
      const ann = (await w.as({ '*': ['publish'] }, 'ann')).channels.get(w.name)
      const own = await create(ann, 'a')
      expect(await refusal(ann[operation]({ serial: own, data: 'x' } as never))).toEqual([40160, 401])
    })
  }
  row('an anonymous client owns nothing: with own-rights only, 40166/401', async (w) => {
    const nobody = (await w.as({ '*': ['publish', 'message-update-own', 'message-delete-own'] })).channels.get(w.name)
    const serial = await create(nobody, 'a')
    for (const operation of ['updateMessage', 'deleteMessage', 'appendMessage'] as const) {
      expect(await refusal(nobody[operation]({ serial, data: 'b' } as never))).toEqual([40166, 401])
    }
  })
  row('an anonymous client without any right: 40160', async (w) => {
    const nobody = (await w.as({ '*': ['publish'] })).channels.get(w.name)
    expect(await refusal(nobody.updateMessage({ serial: await create(nobody), data: 'b' } as never))).toEqual([40160, 401])
  })
})
