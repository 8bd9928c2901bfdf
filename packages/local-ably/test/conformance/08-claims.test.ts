import type { Annotation, PresenceMessage, RealtimeChannel } from 'ably'
import { expect } from 'vitest'
import { section } from './section.ts'
import { append, create, immediate, jwt, renewing, type World } from './world.ts'

/** The channel of a client whose JWT has these claims, by channel or pattern. */
async function claiming(w: World, claims: Record<string, string>, clientId = 'ann'): Promise<RealtimeChannel> {
  const named = Object.fromEntries(Object.entries(claims).map(([channel, claim]) => [`ably.channel.${channel}`, claim]))
  const token = await jwt({ 'x-ably-clientId': clientId, ...named })
  return (await w.client({ token, ...immediate })).channels.get(w.name)
}

section('29. User claims (P92)', ({ row, notOffered }) => {
  row('the claim for a channel is stamped on messages as `extras.userClaim`', async (w) => {
    const heard = await w.hearing()
    await (await claiming(w, { [w.name]: 'moderator' })).publish({ data: 'd', extras: { headers: { a: '1' } } })
    expect((await heard.until(() => true)).extras).toEqual({ headers: { a: '1' }, userClaim: 'moderator' })
  })
  row('messages of a client without a claim for the channel have none', async (w) => {
    const heard = await w.hearing()
    await (await claiming(w, { other: 'moderator' })).publish('n', 'd')
    expect((await heard.until(() => true)).extras ?? null).toBeNull()
  })
  row('the most specific claim wins: the name over the namespace over `*`', async (w) => {
    const claims = { 'a:b:c': 'name', 'a:b:*': 'inner', 'a:*': 'outer', '*': 'all' }
    const named = Object.fromEntries(Object.entries(claims).map(([channel, claim]) => [`ably.channel.${channel}`, claim]))
    const client = w.rest({ token: await jwt({ 'x-ably-clientId': 'ann', ...named }) })
    const seen: unknown[] = []
    for (const name of ['a:b:c', 'a:b:d', 'a:e', 'x']) {
      await client.channels.get(name).publish('n', w.name)
      seen.push((await client.channels.get(name).history({ limit: 1 })).items[0]?.extras?.userClaim)
    }
    expect(seen).toEqual(['name', 'inner', 'outer', 'all'])
  })
  row('over REST, and in history', async (w) => {
    const token = await jwt({ 'x-ably-clientId': 'ann', 'ably.channel.*': 'all' })
    await w.rest({ token }).channels.get(w.name).publish('n', 'd')
    expect((await (await w.channel()).history()).items[0]?.extras).toEqual({ userClaim: 'all' })
  })
  row('a client cannot forge it: what it writes there is not delivered', async (w) => {
    const heard = await w.hearing()
    const forged = { headers: { a: '1' }, userClaim: 'admin' }
    await (await claiming(w, { '*': 'guest' })).publish({ name: 'claimed', data: 'd', extras: forged })
    await (await w.channel()).publish({ name: 'key', data: 'd', extras: forged })
    await heard.until(({ name }) => name === 'key')
    expect(heard.messages.map(({ extras }) => extras)).toEqual([
      { headers: { a: '1' }, userClaim: 'guest' },
      { headers: { a: '1' } },
    ])
  })
  row('an update, delete or append carries the claim of who made it', async (w) => {
    const moderator = await claiming(w, { '*': 'moderator' })
    const guest = await claiming(w, { '*': 'guest' }, 'bob')
    for (const operation of ['updateMessage', 'deleteMessage', 'appendMessage'] as const) {
      const serial = await create(moderator, 'a')
      await guest[operation]({ serial, data: 'b' } as never)
      expect((await moderator.getMessage(serial)).extras).toEqual({ userClaim: 'guest' })
    }
  })
  row('an append of who wrote the message keeps it, beside its headers', async (w) => {
    const heard = await w.hearing()
    const channel = await claiming(w, { '*': 'agent' })
    const { serials } = await channel.publish({ data: 'a', extras: { headers: { k: 'v' } } })
    await append(channel, serials[0], 'b')
    const appended = await heard.until(({ action }) => action === 'message.append')
    expect(appended.extras).toEqual({ headers: { k: 'v' }, userClaim: 'agent' })
  })
  row('on presence', async (w) => {
    const reader = await w.channel()
    const heard = new Promise<PresenceMessage>((resolve) => void reader.presence.subscribe('enter', resolve))
    await reader.attach()
    await (await claiming(w, { '*': 'moderator' })).presence.enter('here')
    expect((await heard).extras).toEqual({ userClaim: 'moderator' })
    expect((await reader.presence.get())[0]?.extras).toEqual({ userClaim: 'moderator' })
  })
  row('on annotations', async (w) => {
    const reader = (await w.client()).channels.get(w.name, { modes: ['SUBSCRIBE', 'ANNOTATION_SUBSCRIBE'] })
    const heard = new Promise<Annotation>((resolve) => void reader.annotations.subscribe(resolve))
    await reader.attach()
    const channel = await claiming(w, { '*': 'moderator' })
    await channel.annotations.publish(await create(channel), { type: 'likes:total.v1' })
    expect((await heard).extras).toEqual({ userClaim: 'moderator' })
  })
  row('the claims of the next token count from then on', async (w) => {
    const claims = ['first', 'second']
    const client = await w.client(renewing(() => jwt({ 'x-ably-clientId': 'ann', 'ably.channel.*': claims.shift() })))
    const channel = client.channels.get(w.name)
    await channel.publish('n', 'd')
    await client.auth.authorize()
    await channel.publish('n', 'd')
    expect((await channel.history()).items.map(({ extras }) => extras.userClaim)).toEqual(['second', 'first'])
  })
  row('a claim that is no text is none', async (w) => {
    const token = await jwt({ 'x-ably-clientId': 'ann', 'ably.channel.*': { role: 'admin' } })
    await w.rest({ token }).channels.get(w.name).publish('n', 'd')
    expect((await (await w.channel()).history()).items[0]?.extras ?? null).toBeNull()
  })
  notOffered(
    'rates in a JWT (`ably.limits.publish.perAttachment.maxRate.…`)',
    'what the service answers above them is not documented; `limits` has rates for every client',
  )
})
