import type { ChannelChanged, ConnectionChanged, Conversation, Message } from '@streamfold/core'
import { createStore, selectMessages } from '@streamfold/core'
import type { HistoryPage, TransportCapabilities } from '@streamfold/core/transport'
import type { TransportHarness, OpenedTransport, TransportStory } from './transport-harness.ts'

/** One thing that every transport does. */
export interface TransportCase {
  readonly name: string
  /** The facts of PROTOCOL.md that it is about. */
  readonly facts: readonly string[]
  readonly story: TransportStory
  readonly needs?: readonly (keyof TransportCapabilities)[]
  /** A function that a transport may lack. */
  readonly optional?: 'publishAll'
  readonly play: (context: TransportCaseContext) => Promise<void>
}

/** An opened transport, with a store that folds its deliveries. Only `attach` attaches it. */
interface TransportCaseContext extends OpenedTransport {
  readonly changes: readonly (ChannelChanged | ConnectionChanged)[]
  /** How often the channel was attached so far, and whether with continuity. */
  attachments(): readonly boolean[]
  attach(): Promise<void>
  messages(): readonly Message[]
  texts(): readonly string[]
  /** Folds a page of history, or one message that was fetched. */
  fold(messages: readonly unknown[]): void
  /** Waits for a call: time passes only while a case waits. */
  done<Result>(call: Promise<Result>): Promise<Result>
}

const one = { type: 'begin', key: 'a', text: 'one ' } as const
const two = { type: 'append', key: 'a', text: 'two ' } as const
const three = { type: 'append', key: 'a', text: 'three' } as const
const other = { type: 'begin', key: 'b', text: 'other' } as const

/**
 * What every `ConversationTransport` does, for the author of one:
 *
 * ```ts
 * it.for(transportCases)('$name', async (each, { skip }) => {
 *   const reason = await playTransportCase(each, myHarness)
 *   if (reason !== undefined) skip(reason)
 * })
 * ```
 */
export const transportCases: readonly TransportCase[] = [
  {
    name: 'subscribes without attaching, and reports the attachment',
    facts: ['P20'],
    story: { before: [one] },
    async play({ transport, attach, attachments, until, changes }) {
      expect(!['attaching', 'attached'].includes(transport.channelState), 'a subscription attached the channel')
      expect(attachments().length === 0, 'an attachment was reported before there was one')
      await attach()
      await until(() => transport.channelState === 'attached' && attachments().length > 0)
      expect(attachments()[0] === false, 'a first attachment was reported as continuing another')
      expect(
        changes.some(({ type, state }) => type === 'connection' && state === 'connected'),
        'the connection was not reported',
      )
    },
  },
  {
    name: 'delivers the versions of a message in their order',
    facts: ['P1', 'P2', 'P12', 'P13'],
    story: { during: [one, two, three] },
    async play({ attach, perform, until, texts, messages }) {
      await attach()
      await perform()
      await until(() => texts().join() === 'one two three')
      expect(messages()[0]?.continuity === 'contiguous', 'the text has a gap')
    },
  },
  {
    name: 'delivers to every subscriber, until it unsubscribes',
    facts: [],
    story: { during: [one, two, three] },
    async play({ transport, attach, perform, until, texts }) {
      const delivered = { both: 0, stopped: 0 }
      transport.subscribe(() => delivered.both++)
      transport.subscribe(() => delivered.stopped++)()
      await attach()
      await perform()
      await until(() => texts().join() === 'one two three')
      expect(delivered.both > 0, 'a second subscriber received nothing')
      expect(delivered.stopped === 0, 'a subscriber received messages after it had unsubscribed')
    },
  },
  {
    name: 'continues without loss after a short interruption',
    facts: ['P21'],
    story: { during: [one, { type: 'drop' }, two, { type: 'resume' }, three] },
    async play({ attach, perform, until, texts, attachments, messages }) {
      await attach()
      await perform()
      await until(() => texts().join() === 'one two three' && messages()[0]?.continuity === 'contiguous')
      expect(
        attachments()
          .slice(1)
          .every((resumed) => resumed),
        'a loss was reported where nothing was lost',
      )
    },
  },
  {
    name: 'reports a loss after a long interruption, and history has what was missed',
    facts: ['P20', 'P22', 'P23'],
    story: { during: [one, { type: 'drop' }, two, three, { type: 'lose' }] },
    needs: ['history'],
    async play({ transport, attach, perform, until, texts, attachments, fold, done }) {
      await attach()
      await perform()
      await until(() => attachments().length > 1)
      expect(attachments().at(-1) === false, 'a loss was reported as continuity')
      fold((await done(transport.history({ limit: 10, untilAttach: true }))).items)
      expect(texts().join() === 'one two three', `the text is ${texts().join()}`)
    },
  },
  {
    name: 'history has each message once, in its latest version, newest first',
    facts: ['P22'],
    story: { before: [one, two, other] },
    needs: ['history'],
    async play({ transport, attach, fold, texts, done }) {
      await attach()
      const page = await done(transport.history({ limit: 10 }))
      const [newest, oldest] = page.items.map(({ serial }) => serial ?? '')
      expect(page.items.length === 2 && !page.hasNext(), `history has ${page.items.length} messages`)
      expect(newest! > oldest!, 'history is not newest first')
      fold(page.items)
      expect(texts().join() === 'one two ,other', `the texts are ${texts().join()}`)
    },
  },
  {
    name: 'history has pages, from the newest to the oldest message',
    facts: ['P22'],
    story: { before: [one, other] },
    needs: ['history'],
    async play({ transport, attach, done }) {
      await attach()
      const first = await done(transport.history({ limit: 1 }))
      expect(first.items.length === 1 && first.hasNext(), 'the first page is not limited, or the last')
      const second = await done(first.next())
      expect(second?.items.length === 1, 'there is no second page')
      expect((second?.items[0]?.serial ?? '') < (first.items[0]?.serial ?? ''), 'the second page is not older')
      expect((await rest(second, done)).length === 0, 'there are more messages than were published')
    },
  },
  {
    name: 'history until the attachment ends where the attachment begins',
    facts: ['P23'],
    story: { before: [one], during: [other] },
    needs: ['history'],
    async play({ transport, attach, perform, until, texts, done }) {
      await attach()
      await perform()
      await until(() => texts().includes('other'))
      const bounded = await done(transport.history({ limit: 10, untilAttach: true }))
      const all = await done(transport.history({ limit: 10 }))
      expect(bounded.items.length === 1, `${bounded.items.length} messages are from before the attachment`)
      expect(all.items.length === 2, `history has ${all.items.length} messages`)
    },
  },
  {
    name: 'fetches the latest version of one message, and rejects for an unknown one',
    facts: ['P22'],
    story: { before: [one, two] },
    needs: ['history', 'fetchMessage'],
    async play({ transport, attach, fold, texts, done }) {
      await attach()
      const [newest] = (await done(transport.history({ limit: 1 }))).items
      fold([await done(transport.fetchMessage(newest?.serial ?? ''))])
      expect(texts().join() === 'one two ', `the text is ${texts().join()}`)
      const found = await done(
        transport.fetchMessage('01726585978590-001@unknown:000').then(
          () => true,
          () => false,
        ),
      )
      expect(!found, 'an unknown message was found')
    },
  },
  {
    name: 'publishes a message under its own client id, once for one message id',
    facts: ['P1', 'P5', 'P6'],
    story: {},
    needs: ['publish'],
    async play({ transport, attach, until, messages, done }) {
      await attach()
      const message = { id: 'abcdefghijklmnopqrstuvwxyz', name: 'prompt', data: 'hello', extras: { headers: { role: 'user' } } }
      const serial = await done(transport.publish(message))
      expect(serial !== undefined && serial === (await done(transport.publish(message))), 'one message id has two serials')
      await until(() => messages().length > 0)
      const [prompt] = messages()
      expect(prompt?.id === serial && prompt?.text === 'hello', 'the message was delivered under another serial')
      expect(prompt?.clientId === transport.clientId, `its author is ${prompt?.clientId}, not ${transport.clientId}`)
      expect(transport.maxMessageSize > 1_000, 'its messages may have no size')
    },
  },
  {
    name: 'publishes several messages together, in their order',
    facts: ['P1', 'P5', 'P6'],
    story: {},
    needs: ['publish'],
    optional: 'publishAll',
    async play({ transport, attach, until, messages, done }) {
      await attach()
      const base = 'zyxwvutsrqponmlkjihgfedcba'
      const extras = { headers: { role: 'user' } }
      const both = ['one', 'two'].map((data, at) => ({ id: `${base}:${at}`, name: 'prompt', data, extras }))
      const serials = await done(transport.publishAll?.(both) ?? Promise.resolve([]))
      const again = await done(transport.publishAll?.(both) ?? Promise.resolve([]))
      expect(serials.length === 2 && serials[0]! < serials[1]!, `the serials are ${serials.join(', ')}`) // As many as messages.
      expect(again.join() === serials.join(), 'the same ids have other serials')
      await until(() => messages().length > 1)
      const found = messages().map(({ id, text }) => `${id} ${text}`)
      expect(found.join() === `${serials[0]} one,${serials[1]} two`, `the messages are ${found.join(', ')}`)
    },
  },
  {
    name: 'updates and deletes a message of its own, and each update is a version',
    facts: ['P2', 'P7', 'P11'],
    story: {},
    needs: ['publish', 'update', 'delete', 'fetchVersions'],
    async play({ transport, attach, until, messages, texts, fold, done }) {
      await attach()
      const extras = { headers: { role: 'user', mood: 'calm' } }
      const serial = (await done(transport.publish({ name: 'prompt', data: 'one', extras }))) ?? ''
      const updated = (await done(transport.update(serial, { name: 'prompt', data: 'two', extras }))) ?? ''
      expect(updated > serial, 'an update has no version')
      await until(() => texts().join() === 'two')
      expect(messages()[0]?.id === serial && messages()[0]?.headers['mood'] === 'calm', 'the update lost the headers')
      const deleted = (await done(transport.delete(serial))) ?? ''
      expect(deleted > updated, 'a delete has no version')
      await until(() => messages()[0]?.status === 'deleted')
      const versions = (await done(transport.fetchVersions(serial))) as readonly { readonly action: string }[]
      const actions = versions.map(({ action }) => action).join()
      expect(actions === 'message.create,message.update,message.delete', `its versions are ${actions}`)
      fold(versions)
      expect(messages().length === 1 && messages()[0]?.status === 'deleted', 'versions that were read made another message')
    },
  },
  {
    name: 'changes no message of others',
    facts: ['P5'],
    story: { before: [one] },
    needs: ['publish', 'update', 'delete', 'history'],
    async play({ transport, attach, fold, texts, done }) {
      await attach()
      const read = async () => (await done(transport.history({ limit: 1 }))).items
      const serial = (await read())[0]?.serial ?? ''
      const refused = (call: Promise<unknown>): Promise<boolean> =>
        done(
          call.then(
            () => false,
            () => true,
          ),
        )
      expect(await refused(transport.update(serial, { name: 'response', data: 'mine', extras: {} })), 'an update was accepted')
      expect(await refused(transport.delete(serial)), 'a delete was accepted')
      fold(await read())
      expect(texts().join() === 'one ', `the text is ${texts().join()}`)
    },
  },
  {
    name: 'reports who is present',
    facts: ['P26'],
    story: { during: [{ type: 'enter' }] },
    needs: ['presence'],
    async play({ transport, attach, perform, until, done }) {
      let changes = 0
      transport.onMembersChanged(() => changes++)
      await attach()
      await perform()
      await until(() => changes > 0)
      const members = await done(transport.members())
      expect(members.includes('agent'), `the members are ${members.join()}`)
    },
  },
  {
    name: 'knows the service’s time in milliseconds',
    facts: [],
    story: {},
    needs: ['time'],
    async play({ transport, attach, done }) {
      await attach()
      const time = await done(transport.time())
      expect(time > Date.UTC(2020) && time < Date.UTC(2100), `the time is ${time}`)
    },
  },
  {
    name: 'delivers nothing after it is detached, and may be attached again',
    facts: ['P20'],
    story: { before: [one] },
    async play({ transport, attach, attachments, until, done }) {
      await attach()
      await until(() => attachments().length > 0)
      await done(transport.detach())
      await until(() => transport.channelState === 'detached')
      await attach()
      await until(() => transport.channelState === 'attached' && attachments().length > 1)
    },
  },
  {
    name: 'rejects what it does not support with the reason that it declares',
    facts: [],
    story: {},
    async play({ transport, attach, done }) {
      await attach()
      const calls: { readonly [Name in keyof TransportCapabilities]: () => Promise<unknown> } = {
        publish: () => transport.publish({ name: 'prompt', extras: {} }),
        update: () => transport.update('serial', { name: 'prompt', extras: {} }),
        delete: () => transport.delete('serial'),
        history: () => transport.history({ limit: 1 }),
        fetchMessage: () => transport.fetchMessage('serial'),
        fetchVersions: () => transport.fetchVersions('serial'),
        presence: () => transport.members(),
        time: () => transport.time(),
      }
      for (const [name, call] of Object.entries(calls)) {
        const reason = transport.capabilities[name as keyof TransportCapabilities] // The keys of `calls`.
        if (reason === true) continue
        const said = await done(
          call().then(
            () => 'nothing',
            (error: unknown) => String((error as Error).message),
          ),
        ) // As the port says.
        expect(said === reason, `${name} rejects with "${said}" and declares "${reason}"`)
      }
    },
  },
]

/** Plays a case with a transport. @returns why it was skipped, if it was @throws if the transport differs from what the port says */
export async function playTransportCase(each: TransportCase, harness: TransportHarness): Promise<string | undefined> {
  const skipped = harness.skip?.[each.name]
  if (skipped !== undefined) return skipped
  const opened = await harness.open(each.story)
  const { transport } = opened
  for (const need of each.needs ?? []) {
    const capability = transport.capabilities[need]
    if (capability !== true) return capability
  }
  if (each.optional && !transport[each.optional]) return `it has no ${each.optional}`
  const store = createStore()
  const changes: (ChannelChanged | ConnectionChanged)[] = []
  const stops = [
    transport.observe((change) => {
      changes.push(change)
      store.dispatch(change)
    }),
    transport.subscribe((message) => store.dispatch(opened.read(message))),
  ]
  const state = (): Conversation => store.getState()
  const done = async <Result>(call: Promise<Result>): Promise<Result> => {
    let settled = false
    const settle = (): void => void (settled = true)
    call.then(settle, settle)
    await opened.until(() => settled)
    return call
  }
  try {
    await each.play({
      ...opened,
      changes,
      attachments: () =>
        changes.flatMap((change) => (change.type === 'channel' && change.state === 'attached' ? [change.resumed === true] : [])),
      attach: () => done(transport.attach()),
      messages: () => selectMessages(state()),
      texts: () => selectMessages(state()).map(({ text }) => text),
      fold: (messages) => store.dispatch(messages.map((message) => opened.read(message, 'history'))),
      done,
    })
  } finally {
    for (const stop of stops) stop()
  }
  return undefined
}

async function rest(page: HistoryPage | null, done: TransportCaseContext['done']): Promise<readonly unknown[]> {
  const next = page?.hasNext() ? await done(page.next()) : null
  return next ? [...next.items, ...(await rest(next, done))] : []
}

function expect(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(`the transport does not do what the port says: ${otherwise}`)
}
