import type { Headers } from '@streamfold/core'
import type { Head } from '@streamfold/core/codec'
import { answerMessage, inputHash } from '@streamfold/core/codec'
import type { MountedBinding } from '../binding-driver.ts'
import type { BindingHarness } from '../binding-harness.ts'
import type { BindingScenario, ScenarioContext } from '../binding-scenario.ts'
import { expectSame } from '../binding-scenario.ts'
import { failureOf } from '../failure-of.ts'

/** A head as an agent writes it; no body here has characters to escape. */
const frame = (head: Head, body = ''): string => `\u001E${JSON.stringify(head)}\n${body}`

const framed = (status: string, more: Headers = {}): Headers => ({ ...more, status, format: 'parts/1' })

/** A call of the tool `send`, which asks for an approval or, with `wants: 'output'`, for its output. */
const call = (id: string, ask: Partial<Extract<Head, { type: 'ask' }>> = {}): string =>
  frame({ type: 'tool', id, name: 'send' }, `{"to":"${id}"}`) +
  frame({ type: 'end', id }) +
  frame({ type: 'input', id }) +
  frame({ type: 'ask', id, approval: `approval-${id}`, ...ask })

type Asking = Pick<ScenarioContext, 'harness' | 'channelName' | 'done' | 'sees' | 'until'>

/** Ann asks, and the agent's response waits for an answer to its calls. @returns the serial of the response */
async function waiting(mounted: MountedBinding, { harness, channelName, ...context }: Asking, calls: string): Promise<string> {
  const agent = harness.agent(channelName)
  await context.sees(mounted, { connectionStatus: 'live' })
  await context.done(mounted.actions().sendMessage('Invite them'))
  await context.until('the agent has the prompt', () => agent.published('prompt').length > 0)
  const [prompt] = agent.published('prompt')
  return agent.begin(calls, framed('waiting', { 'reply-to': prompt!.serial })) // As just waited for.
}

/** The row of the response. */
const callsOn = (mounted: MountedBinding): string | undefined => mounted.screen().rows[1]?.calls

const approve = { approve: true } as const
const deny = { approve: false, reason: 'not today' } as const
const callOf = (messageId: string, toolCallId = 'c1') => ({ messageId, toolCallId })

/** Holds what a client publishes on a channel. @returns lets it go */
function holdPublishes(client: BindingHarness['client'], channelName: string): () => void {
  const channel = client.channels.get(channelName)
  const publish = channel.publish
  let release = () => {}
  const held = new Promise<void>((resolve) => (release = resolve))
  channel.publish = (...args) => held.then(() => publish.apply(channel, args))
  return () => {
    channel.publish = publish
    release()
  }
}

export const answerScenarios: readonly BindingScenario[] = [
  {
    name: 'shows a decision at once, publishes it once for two clicks, and shows it to others',
    async play(context) {
      const { harness, channelName, mount, sees, until, done } = context
      const [mine, theirs] = [mount(), mount({}, harness.other)]
      const agent = harness.agent(channelName)
      const serial = await waiting(mine, context, call('c1') + call('c2'))
      await sees(mine, { waiting: 'c1,c2', status: 'ready' })
      await sees(theirs, { waiting: 'c1,c2' })
      const release = holdPublishes(harness.client, channelName)
      const clicks = [mine.actions().answer(callOf(serial), approve), mine.actions().answer(callOf(serial), approve)]
      await until('the decision shows', () => callsOn(mine) === 'c1 approval-responded by ann pending, c2 approval-requested')
      release()
      await done(Promise.all(clicks))
      await sees(mine, { waiting: 'c2' })
      await until('others see it', () => callsOn(theirs) === 'c1 approval-responded by ann, c2 approval-requested')
      await done(mine.actions().answer(callOf(serial, 'c2'), deny))
      await sees(theirs, { waiting: '' })
      await until('the agent has the answers', () => agent.published('answer').length >= 2)
      const answers = agent
        .published('answer')
        .map(({ clientId, headers, data }) => [clientId, headers['call'], headers['kind'], data])
      expectSame(
        answers,
        [
          ['ann', 'c1', 'approve', '{}'],
          ['ann', 'c2', 'deny', '{"reason":"not today"}'],
        ],
        'what was published',
      )
    },
  },
  {
    name: 'shows who decided first, and that the other decision came too late',
    async play(context) {
      const { harness, channelName, mount, sees, until, done } = context
      const [mine, theirs] = [mount(), mount({}, harness.other)]
      const serial = await waiting(mine, context, call('c1', { of: ['ann', 'bob'] }))
      await sees(mine, { waiting: 'c1' })
      await sees(theirs, { waiting: 'c1' })
      const release = holdPublishes(harness.client, channelName)
      const late = mine.actions().answer(callOf(serial), approve)
      const ended = late.then(
        () => 'in time',
        () => 'too late',
      )
      await until('the own decision shows', () => callsOn(mine) === 'c1 approval-responded by ann pending')
      await done(theirs.actions().answer(callOf(serial), deny))
      await until('the first decision shows', () => callsOn(mine)?.startsWith('c1 approval-responded by bob') === true)
      release()
      expectSame(await done(ended), 'too late', 'the second decision')
      for (const mounted of [mine, theirs])
        await until('both see the same', () => callsOn(mounted) === 'c1 approval-responded by bob late ann')
      const error = await done(failureOf(theirs.actions().answer(callOf(serial), approve)))
      expectSame(error, 'unable to answer the call; bob answered first: that answer counts', 'the error')
    },
  },
  {
    name: 'lets nobody decide who may not, and says who may',
    async play(context) {
      const { harness, channelName, mount, sees, until, done } = context
      const agent = harness.agent(channelName)
      const [mine, theirs] = [mount(), mount({}, harness.other)]
      const serial = await waiting(mine, context, call('c1'))
      await sees(theirs, { waiting: 'c1' })
      const refused = await done(failureOf(theirs.actions().answer(callOf(serial), approve)))
      expectSame(refused, 'unable to answer the call; only the author of the prompt may answer it: ask there', 'the error')
      // The same on a page that lets them, but whose permissions nobody else has.
      const other = mount({ permissions: { mayAnswer: (by) => (by === 'bob' ? true : undefined) } }, harness.other)
      await sees(other, { waiting: 'c1' })
      await done(other.actions().answer(callOf(serial), approve))
      await sees(other, { waiting: '' })
      await until('the agent has it', () => agent.published('answer').length === 1)
      expectSame(callsOn(mine), 'c1 approval-requested', 'the call on a page without that permission')
      await sees(mine, { waiting: 'c1' })
    },
  },
  {
    name: 'asks again when a decision could not be published, with the reason',
    async play(context) {
      const { harness, channelName, mount, sees, done } = context
      const mounted = mount()
      const serial = await waiting(mounted, context, call('c1'))
      await sees(mounted, { waiting: 'c1' })
      const channel = harness.client.channels.get(channelName)
      const publish = channel.publish
      channel.publish = () => Promise.reject(new Error('rate limit exceeded'))
      const error = await done(failureOf(mounted.actions().answer(callOf(serial), approve)))
      channel.publish = publish
      expectSame(error, 'unable to answer the call; rate limit exceeded: try again', 'the error')
      await sees(mounted, { waiting: 'c1' })
      await done(mounted.actions().answer(callOf(serial), approve))
      await sees(mounted, { waiting: '' })
    },
  },
  {
    name: 'publishes a decision that was made without a connection as soon as there is one',
    async play(context) {
      const { harness, channelName, mount, sees, until, done } = context
      const agent = harness.agent(channelName)
      const [mine, theirs] = [mount(), mount({}, harness.other)]
      const serial = await waiting(mine, context, call('c1'))
      await sees(mine, { waiting: 'c1' })
      harness.drop()
      await sees(mine, { connectionStatus: 'offline' })
      const answered = mine.actions().answer(callOf(serial), approve)
      await until('it is pending', () => callsOn(mine) === 'c1 approval-responded by ann pending')
      expectSame(agent.published('answer').length, 0, 'answers on the channel')
      harness.reconnect()
      await done(answered)
      await until('others see it', () => callsOn(theirs) === 'c1 approval-responded by ann')
      await until('it is no longer pending', () => callsOn(mine) === 'c1 approval-responded by ann')
      expectSame(agent.published('answer').length, 1, 'answers on the channel')
    },
  },
  {
    name: 'publishes a decision although its component is unmounted meanwhile',
    async play(context) {
      const { harness, channelName, mount, sees, until, done } = context
      const agent = harness.agent(channelName)
      const [mine, theirs] = [mount(), mount({}, harness.other)]
      const serial = await waiting(mine, context, call('c1'))
      await sees(mine, { waiting: 'c1' })
      const release = holdPublishes(harness.client, channelName)
      const answered = mine.actions().answer(callOf(serial), approve)
      mine.unmount()
      release()
      await done(answered)
      await until('others see it', () => callsOn(theirs) === 'c1 approval-responded by ann')
      expectSame(agent.published('answer').length, 1, 'answers on the channel')
    },
  },
  {
    name: 'decides again after a decision that was withdrawn, though others publish under its id',
    async play(context) {
      const { harness, channelName, mount, sees, until, done } = context
      const agent = harness.agent(channelName)
      const [mine, theirs] = [mount(), mount({}, harness.other)]
      const serial = await waiting(mine, context, call('c1'))
      await sees(mine, { waiting: 'c1' })
      await done(mine.actions().answer(callOf(serial), approve))
      await until('the agent has it', () => agent.published('answer').length === 1)
      const first = agent.published('answer')[0]!.serial // As just waited for.
      const draft = { target: serial, call: 'c1', kind: 'approve', saw: inputHash({ to: 'c1' }), text: '{}' } as const
      const withdrawn = [{ ...answerMessage(draft, 'ann'), serial: first }]
      await done(harness.client.channels.get(channelName).updateMessage(...(withdrawn as never[]))) // A message of the client's.
      await sees(mine, { waiting: 'c1' })
      await sees(theirs, { waiting: 'c1' })
      const next = answerMessage(draft, 'ann', 1)
      await done(harness.other.channels.get(channelName).publish(...([{ ...next, name: 'prompt' }] as never[]))) // Likewise.
      await until('others have its id', () => agent.published('prompt').length === 2)
      await done(mine.actions().answer(callOf(serial), deny))
      for (const mounted of [mine, theirs]) await until('all see it', () => callsOn(mounted) === 'c1 approval-responded by ann')
      expectSame(
        agent.published('answer').map(({ clientId, headers }) => `${clientId} ${headers['kind']}`),
        ['ann approve', 'ann deny'],
        'what was published',
      )
    },
  },
  {
    name: 'shows what the agent makes of a decision, after a gap too',
    async play(context) {
      const { harness, channelName, mount, sees, until, done } = context
      const agent = harness.agent(channelName)
      const mounted = mount()
      const serial = await waiting(mounted, context, call('c1'))
      await sees(mounted, { waiting: 'c1', status: 'ready' })
      await done(mounted.actions().answer(callOf(serial), approve))
      await until('the agent has it', () => agent.published('answer').length === 1)
      harness.drop()
      await sees(mounted, { connectionStatus: 'offline' })
      const answer = agent.published('answer')[0]!.serial // As just waited for.
      const decided = frame({ type: 'decided', id: 'c1', approved: true, answer, by: 'ann' })
      await agent.append(
        serial,
        decided + frame({ type: 'output', id: 'c1' }, '"sent"') + frame({ type: 'end', id: 'c1' }),
        framed('complete'),
      )
      harness.reconnect({ resumed: false })
      await until('the result shows', () => callsOn(mounted) === 'c1 output-available by ann')
      await sees(mounted, { waiting: '', status: 'ready' })
      expectSame(mounted.screen().rows.length, 2, 'messages')
    },
  },
  {
    name: 'stops a response that waits',
    async play(context) {
      const { harness, channelName, mount, sees, until, done } = context
      const agent = harness.agent(channelName)
      const mounted = mount()
      const serial = await waiting(mounted, context, call('c1'))
      await sees(mounted, { waiting: 'c1' })
      await done(mounted.actions().stop())
      await until('the agent receives it', () => agent.cancelled().length > 0)
      expectSame(agent.cancelled(), [serial], 'what was stopped')
    },
  },
  {
    name: 'runs a tool of the page once for two components, and answers with its output',
    async play(context) {
      const { harness, channelName, mount, sees, until } = context
      const agent = harness.agent(channelName)
      const runs: unknown[] = []
      const tools = {
        send: async (input: unknown) => {
          runs.push(input)
          return { sent: true }
        },
      }
      const [one, two] = [mount({ tools }), mount({ tools })]
      await waiting(one, context, call('c1', { wants: 'output' }))
      for (const mounted of [one, two]) {
        await until('its output shows', () => callsOn(mounted) === 'c1 output-available by ann')
        await sees(mounted, { waiting: '' })
      }
      expectSame(runs, [{ to: 'c1' }], 'the inputs of what ran')
      await until('the agent has it', () => agent.published('answer').length > 0)
      const answers = agent.published('answer').map(({ headers, data }) => [headers['kind'], data])
      expectSame(answers, [['output', '{"sent":true}']], 'what was published')
    },
  },
  {
    name: 'answers with the error of a tool of the page, and runs nothing that others were asked for',
    async play(context) {
      const { harness, channelName, mount, sees, until } = context
      const agent = harness.agent(channelName)
      let runs = 0
      const tools = {
        send: () => {
          runs++
          throw new Error('the browser has no such place')
        },
      }
      const [mine, theirs] = [mount({ tools }), mount({ tools }, harness.other)]
      await sees(theirs, { connectionStatus: 'live' })
      await waiting(mine, context, call('c1', { wants: 'output' }))
      for (const mounted of [mine, theirs]) await until('its error shows', () => callsOn(mounted) === 'c1 output-error by ann')
      expectSame(runs, 1, 'how often it ran')
      await until('the agent has it', () => agent.published('answer').length > 0)
      const answers = agent.published('answer').map(({ headers, data }) => [headers['kind'], data])
      expectSame(answers, [['fault', '{"error":"the browser has no such place"}']], 'what was published')
    },
  },
]
