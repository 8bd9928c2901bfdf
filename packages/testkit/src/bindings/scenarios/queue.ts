import type { MountedBinding } from '../binding-driver.ts'
import type { BindingScenario, ScenarioContext } from '../binding-scenario.ts'
import { expectSame } from '../binding-scenario.ts'
import { failureOf } from '../failure-of.ts'

/** What has become of the prompts, as their rows show it. */
const states = (mounted: MountedBinding): string =>
  mounted
    .screen()
    .rows.map(({ state }) => state)
    .filter((state) => state !== '')
    .join()

/** Sends prompts and waits until the agent has them. @returns their serials */
async function send(
  mounted: MountedBinding,
  { harness, channelName, done, until }: ScenarioContext,
  ...texts: readonly string[]
): Promise<readonly string[]> {
  const agent = harness.agent(channelName)
  for (const text of texts) await done(mounted.actions().sendMessage(text))
  await until('the agent has the prompts', () => agent.published('prompt').length >= texts.length)
  return agent.published('prompt').map(({ serial }) => serial)
}

export const queueScenarios: readonly BindingScenario[] = [
  {
    name: 'shows what waits behind a running response, which can be edited and withdrawn',
    async play(context) {
      const { harness, channelName, mount, shows, sees, until, done } = context
      const agent = harness.agent(channelName)
      const [mine, theirs] = [mount(), mount({}, harness.other)]
      await sees(mine, { connectionStatus: 'live' })
      await sees(theirs, { connectionStatus: 'live' })
      const [first, second, third] = await send(mine, context, 'one', 'two', 'three')
      await agent.begin('first', { status: 'streaming', 'reply-to': first! }) // There are three.
      for (const mounted of [mine, theirs]) await until('two wait', () => states(mounted) === 'answered,queued,queued')
      await done(mine.actions().edit(second!, 'two, but better')) // Likewise.
      for (const mounted of [mine, theirs]) await shows(mounted, 'one', 'two, but better', 'three', 'first')
      const refused = await done(failureOf(theirs.actions().edit(second!, 'mine'))) // Likewise.
      expectSame(refused, 'unable to edit the prompt; only its author, "ann", may: ask there', 'the error of another person')
      await done(mine.actions().withdraw(third!)) // Likewise.
      for (const mounted of [mine, theirs]) await until('one is withdrawn', () => states(mounted) === 'answered,queued,withdrawn')
      await done(mine.actions().edit(first!, 'one, but better')) // Likewise.
      for (const mounted of [mine, theirs]) await shows(mounted, 'one, but better')
    },
  },
  {
    name: 'lists each response behind its prompt, where it is asked to, and in the order of the channel otherwise',
    async play(context) {
      const { harness, channelName, mount, shows, sees } = context
      const agent = harness.agent(channelName)
      const [replies, channel] = [mount({ order: 'replies' }), mount()]
      await sees(replies, { connectionStatus: 'live' })
      await sees(channel, { connectionStatus: 'live' })
      const [first, second, third] = await send(replies, context, 'one', 'two', 'three')
      await agent.begin('first', { status: 'complete', 'reply-to': first! }) // There are three.
      await shows(replies, 'one', 'first', 'two', 'three')
      await shows(channel, 'one', 'two', 'three', 'first')
      await agent.begin('third', { status: 'complete', 'reply-to': third! }) // Likewise.
      await agent.begin('second', { status: 'streaming', 'reply-to': second! }) // Likewise.
      await shows(replies, 'one', 'first', 'two', 'second', 'three', 'third')
      await shows(channel, 'one', 'two', 'three', 'first', 'third', 'second')
    },
  },
  {
    name: 'keeps the text of a prompt that an agent took while it was edited, and shows the edit beside it',
    async play(context) {
      const { harness, channelName, mount, shows, sees, done, until } = context
      const agent = harness.agent(channelName)
      const mounted = mount()
      await sees(mounted, { connectionStatus: 'live' })
      const [prompt] = await send(mounted, context, 'before')
      const channel = harness.client.channels.get(channelName)
      const update = channel.updateMessage
      let release = () => {}
      const held = new Promise<void>((resolve) => (release = resolve))
      channel.updateMessage = (...args) => held.then(() => update.apply(channel, args))
      const edited = mounted.actions().edit(prompt!, 'after') // It was sent.
      await agent.begin('answer', { status: 'complete', 'reply-to': prompt! }) // Likewise.
      await until('the answer shows', () => states(mounted) === 'answered')
      channel.updateMessage = update
      release()
      await done(edited)
      await shows(mounted, 'after')
      await done(mounted.actions().choose(prompt)) // Likewise.
      await shows(mounted, 'before', 'answer')
    },
  },
  {
    name: 'steers the running response: the prompt waits until it is taken in',
    async play(context) {
      const { harness, channelName, mount, sees, until, done } = context
      const agent = harness.agent(channelName)
      const [mine, theirs] = [mount(), mount({}, harness.other)]
      await sees(mine, { connectionStatus: 'live' })
      await sees(theirs, { connectionStatus: 'live' })
      const [first] = await send(mine, context, 'one')
      const serial = await agent.begin('first', { status: 'streaming', 'reply-to': first!, format: 'parts/1' }) // It was sent.
      await sees(mine, { status: 'streaming' })
      await done(mine.actions().sendMessage('shorter', { into: 'running' }))
      await until('the agent has it', () => agent.published('prompt').length === 2)
      const steering = agent.published('prompt')[1]! // As just waited for.
      expectSame(steering.headers['into'], serial, 'the response that it names')
      for (const mounted of [mine, theirs])
        await until('it is not taken in yet', () => /^answered,(submitted|queued)$/.test(states(mounted)))
      const steer = `\u001E${JSON.stringify({ type: 'steer', serial: steering.serial })}\n`
      await agent.append(serial, steer, { status: 'streaming', 'reply-to': first!, format: 'parts/1' }) // Likewise.
      for (const mounted of [mine, theirs]) await until('it is taken in', () => states(mounted) === 'answered,taken-in')
      const late = await done(failureOf(mine.actions().withdraw(steering.serial)))
      expectSame(
        late,
        'unable to withdraw the prompt; the running answer has taken it in: send another prompt',
        'the error of a prompt that was taken in',
      )
    },
  },
  {
    name: 'draws only the row of the prompt whose state changes',
    async play(context) {
      const { harness, channelName, mount, sees, until } = context
      const agent = harness.agent(channelName)
      const mounted = mount()
      await sees(mounted, { connectionStatus: 'live' })
      const [first, second] = await send(mounted, context, 'one', 'two')
      await agent.begin('first', { status: 'complete', 'reply-to': first! }) // There are two.
      await until('one waits', () => states(mounted) === 'answered,submitted')
      const before = [...mounted.draws().rows.values()]
      await agent.begin('second', { status: 'streaming', 'reply-to': second! }) // Likewise.
      await until('both are answered', () => states(mounted) === 'answered,answered')
      const after = [...mounted.draws().rows.values()]
      // The rows are drawn in the order of the messages that they show.
      expectSame([after[0], after[2]], [before[0], before[2]], 'how often the rows were drawn that did not change')
    },
  },
]
