import type { MountedBinding } from '../binding-driver.ts'
import type { BindingScenario, ScenarioContext } from '../binding-scenario.ts'
import { expectSame } from '../binding-scenario.ts'
import { failureOf } from '../failure-of.ts'

/** A prompt of ann's and its response, on the screens of two of her devices. */
async function talk(context: ScenarioContext) {
  const { harness, channelName, mount, shows, sees, until, done } = context
  const agent = harness.agent(channelName)
  const [mine, phone] = [mount(), mount()]
  await sees(mine, { connectionStatus: 'live' })
  await done(mine.actions().sendMessage('One'))
  await until('the agent has the prompt', () => agent.published('prompt').length === 1)
  const prompt = agent.published('prompt')[0]!.serial // As just waited for.
  const answer = await agent.begin('First', { status: 'complete', 'reply-to': prompt })
  for (const mounted of [mine, phone]) await shows(mounted, 'One', 'First')
  const answered = new Map<string, string>()
  /** Answers the newest prompt, once the channel has that many. */
  const respond = async (prompts: number, text: string, status = 'complete') => {
    await until('the agent has the prompt', () => agent.published('prompt').length === prompts)
    const replyTo = agent.published('prompt').at(-1)!.serial // As just waited for.
    const serial = await agent.begin(text, { status, 'reply-to': replyTo })
    answered.set(serial, replyTo)
    return serial
  }
  /** An operation of an agent names the prompt. */
  const write = (serial: string, text: string, status: string) =>
    agent.append(serial, text, { status, 'reply-to': answered.get(serial)! }) // It was begun by `respond`.
  return { mine, phone, prompt, answer, respond, write }
}

/** Waits until the rows say which of their alternatives they are. */
const versions = ({ until }: ScenarioContext, mounted: MountedBinding, expected: string) =>
  until(
    `the versions are ${expected}`,
    () =>
      mounted
        .screen()
        .rows.map(({ version }) => version)
        .join() === expected,
  )

export const branchScenarios: readonly BindingScenario[] = [
  {
    name: 'asks for another response, and goes back and forth; a second device follows the newest until it chooses',
    async play(context) {
      const { shows, sees, done } = context
      const { mine, phone, answer, respond } = await talk(context)
      await done(mine.actions().regenerate(answer))
      for (const mounted of [mine, phone]) {
        await shows(mounted, 'One')
        await sees(mounted, { status: 'submitted' })
      }
      const second = await respond(2, 'Second')
      for (const mounted of [mine, phone]) {
        await shows(mounted, 'One', 'Second')
        await versions(context, mounted, ',2/2')
      }
      await done(phone.actions().choose(answer))
      await shows(phone, 'One', 'First')
      await versions(context, phone, ',1/2')
      await shows(mine, 'One', 'Second')
      await done(phone.actions().choose(second))
      await shows(phone, 'One', 'Second')
      await done(phone.actions().choose(undefined))
      await done(mine.actions().regenerate(second))
      await respond(3, 'Third')
      for (const mounted of [mine, phone]) await shows(mounted, 'One', 'Third')
      await versions(context, phone, ',3/3')
    },
  },
  {
    name: 'edits a prompt in a branch of its own, also while another branch is written',
    async play(context) {
      const { shows, sees, done } = context
      const { mine, phone, prompt, respond, write } = await talk(context)
      await done(mine.actions().sendMessage('Two'))
      const running = await respond(2, 'To two', 'streaming')
      await shows(mine, 'One', 'First', 'Two', 'To two')
      await done(mine.actions().edit(prompt, 'Once'))
      for (const mounted of [mine, phone]) {
        await shows(mounted, 'Once')
        await sees(mounted, { status: 'submitted' })
        await versions(context, mounted, '2/2')
      }
      await write(running, ' goes on', 'streaming')
      const beside = await respond(3, 'To once', 'streaming')
      for (const mounted of [mine, phone]) await shows(mounted, 'Once', 'To once')
      await done(mine.actions().choose(prompt))
      await shows(mine, 'One', 'First', 'Two', 'To two goes on')
      await sees(mine, { status: 'streaming' })
      await write(running, '', 'complete')
      await sees(mine, { status: 'ready' })
      await sees(phone, { status: 'streaming' })
      await write(beside, '', 'complete')
      await sees(phone, { status: 'ready' })
    },
  },
  {
    name: 'stays on the branch that the person chose while others branch elsewhere',
    async play(context) {
      const { shows, done } = context
      const { mine, phone, prompt, answer, respond } = await talk(context)
      await done(mine.actions().sendMessage('Two'))
      const two = await respond(2, 'To two')
      await shows(phone, 'One', 'First', 'Two', 'To two')
      await done(phone.actions().choose(two))
      await done(mine.actions().regenerate(answer))
      await respond(3, 'Second')
      await shows(mine, 'One', 'Second')
      await done(mine.actions().edit(prompt, 'Once'))
      await shows(mine, 'Once')
      await shows(phone, 'One', 'First', 'Two', 'To two')
      await versions(context, phone, '1/2,1/2,,')
    },
  },
  {
    name: 'goes back where an edit fails, and keeps its text as an alternative',
    async play(context) {
      const { harness, channelName, shows, done, until } = context
      const { mine, prompt } = await talk(context)
      const channel = harness.client.channels.get(channelName)
      const publish = channel.publish
      channel.publish = () => Promise.reject(new Error('the rate limit is exceeded'))
      const error = await done(failureOf(mine.actions().edit(prompt, 'Once')))
      channel.publish = publish
      expectSame(error.startsWith('unable to edit the prompt; the rate limit is exceeded'), true, error)
      await shows(mine, 'One', 'First')
      await until('there are two', () => mine.actions().siblings(prompt).length === 2)
      const [, failed] = mine.actions().siblings(prompt)
      await done(mine.actions().choose(failed!.id)) // It has two.
      await shows(mine, 'Once')
      await done(mine.actions().retry(failed!.id)) // Likewise.
      await versions(context, mine, '2/2')
    },
  },
  {
    name: 'shows an edit and another response at once without a network',
    async play(context) {
      const { harness, shows, sees, done } = context
      const { mine, prompt, answer, respond } = await talk(context)
      harness.drop()
      await sees(mine, { connectionStatus: 'offline' })
      const asked = mine.actions().regenerate(answer)
      await shows(mine, 'One')
      const edited = mine.actions().edit(prompt, 'Once')
      await shows(mine, 'Once')
      await versions(context, mine, '2/2')
      harness.reconnect()
      await done(Promise.all([asked, edited]))
      await respond(3, 'To once')
      await shows(mine, 'Once', 'To once')
    },
  },
  {
    name: 'begins with the branch that it is given',
    async play(context) {
      const { mount, shows, done } = context
      const { mine, answer, respond } = await talk(context)
      await done(mine.actions().regenerate(answer))
      await respond(2, 'Second')
      await shows(mine, 'One', 'Second')
      const reloaded = mount({ head: answer })
      await shows(reloaded, 'One', 'First')
      await versions(context, reloaded, ',1/2')
    },
  },
  {
    name: 'shows the same branch to people who look at it together',
    async play(context) {
      const { harness, mount, shows, sees, done } = context
      const { mine, answer, respond } = await talk(context)
      const [together, bobs] = [mount({ shareBranch: true }), mount({ shareBranch: true }, harness.other)]
      for (const mounted of [together, bobs]) await sees(mounted, { connectionStatus: 'live' })
      await done(mine.actions().regenerate(answer))
      const second = await respond(2, 'Second')
      for (const mounted of [mine, together, bobs]) await shows(mounted, 'One', 'Second')
      await done(bobs.actions().choose(answer))
      for (const mounted of [together, bobs]) await shows(mounted, 'One', 'First')
      await shows(mine, 'One', 'Second')
      await done(together.actions().choose(second))
      for (const mounted of [together, bobs]) await shows(mounted, 'One', 'Second')
    },
  },
  {
    name: 'draws only the rows whose alternatives change',
    async play(context) {
      const { shows, done } = context
      const { mine, answer, respond, write } = await talk(context)
      await done(mine.actions().regenerate(answer))
      const second = await respond(2, 'Second', 'streaming')
      await shows(mine, 'One', 'Second')
      const [one] = mine.draws().rows.values()
      const { list } = mine.draws()
      await write(second, ', and more', 'streaming')
      await shows(mine, 'One', 'Second, and more')
      expectSame(
        [mine.draws().list, [...mine.draws().rows.values()][0]],
        [list, one],
        'how often the list and the prompt are drawn',
      )
    },
  },
]
