import type { Page } from '../layer.ts'
import type { Device, World } from '../harness/world.ts'
import type { Law } from './law.ts'
import { answersOf, isWhole, saysOnce, textOf } from './law.ts'
import { answering } from './networks.ts'

/** Presence, timeouts and silence of an agent may take their time. */
const GONE = 120

/** A layer that does not tell a stopped answer from a complete one still stops it. */
const hasStopped = (page: Page): boolean => ['stopped', 'complete'].includes(answersOf(page)[0]?.status ?? '')

async function demandCut(world: World, devices: Readonly<Record<string, Device>>): Promise<void> {
  for (const [name, { page }] of Object.entries(devices))
    await world.demand(
      `the ${name} shows the answer as cut off`,
      () => saysOnce(page, 'one ') && answersOf(page)[0]?.status === 'cut',
      GONE,
    )
}

export const agents: readonly Law[] = [
  {
    id: 'killed',
    question: 'Does every open page show that an answer was cut off when its agent was killed?',
    rule: 'The process of the agent is killed (SIGKILL) in the middle of an answer, when no request of a page is on its way, and none starts. Within 120 s both open pages show what was written, and that there is no more: neither as complete, nor as going on.',
    async play(world) {
      const { laptop } = await answering(world)
      const phone = await world.open('phone')
      await world.demand('the second device shows the answer', () => saysOnce(phone.page, 'one '))
      await world.settled()
      await world.agent.kill()
      await demandCut(world, { laptop, phone })
    },
  },
  {
    id: 'asking',
    question: 'And a page whose next request was on its way when the agent was killed?',
    rule: 'A second device is opened in the middle of an answer. What it sends after it has shown the words is on its way until the process of the agent is killed, and arrives then. Within 120 s the second device shows what was written, and that there is no more. (A page asks again whenever its connection ends, so it may be anywhere on this way.)',
    async play(world) {
      await answering(world)
      const phone = await world.openUntil('phone', 'the second device shows the answer', (page) => saysOnce(page, 'one '))
      await world.agent.kill()
      phone.release()
      await demandCut(world, { phone })
    },
  },
  {
    id: 'restarted',
    question: 'Does a page that is opened after its agent was killed and started again show what became of the answer?',
    rule: 'The process of the agent is killed in the middle of an answer, and another one starts. A page that is opened then shows within 120 s either what was written, as cut off, or, if the new agent goes on, the whole answer, once.',
    async play(world) {
      const { laptop } = await answering(world)
      await world.agent.kill()
      await laptop.page.close()
      await world.agent.start()
      // An agent that goes on may do so from the beginning, or from where the text ends.
      const goOn = async (): Promise<void> => (await world.agent.asked()).say({ text: 'one ' }, { text: 'two' }, { end: 'stop' })
      void goOn()
      const phone = await world.open('phone')
      const wholeOrCut = (): boolean => {
        const answers = answersOf(phone.page)
        const cut = answers.length === 1 && answers[0]?.status === 'cut' && textOf(answers[0]) === 'one '
        return cut || isWhole(phone.page, 'one two')
      }
      await world.demand('the page shows the part as cut off, or the whole', wholeOrCut, GONE)
    },
  },
  {
    id: 'stop',
    question: 'Does Stop on another device stop the agent, and end the answer for everybody?',
    rule: 'On a second device that shows the answer a person presses Stop, and once more 3 s later if the answer still goes on. Within 60 s the agent’s call of the model is aborted, and both devices show what was written, and neither as going on nor as failed.',
    async play(world) {
      const { laptop, turn } = await answering(world)
      const phone = await world.open('phone')
      await world.demand('the second device shows the answer', () => saysOnce(phone.page, 'one '))
      await world.settled()
      await phone.page.stop()
      await world.last(3)
      if (!turn.aborted) await phone.page.stop()
      await world.demand('the call of the model is aborted', () => turn.aborted)
      for (const [name, { page }] of Object.entries({ laptop, phone }))
        await world.demand(`the ${name} shows the answer as stopped`, () => saysOnce(page, 'one ') && hasStopped(page))
    },
  },
  {
    id: 'redacted',
    question: 'Does a redaction of an answer reach the pages that are open?',
    rule: 'A moderator replaces the text of a finished answer on the service. Within 60 s an open page shows the replacement and no longer the text; so does one that is opened then.',
    needs: 'redact',
    async play(world) {
      const { laptop, turn } = await answering(world, 'secret ')
      await turn.say({ text: 'words' }, { end: 'stop' })
      await world.given('the page shows it', () => isWhole(laptop.page, 'secret words'))
      await world.settled()
      await world.fault('redact', 'removed')
      await world.demand('the open page shows the replacement', () => saysOnce(laptop.page, 'removed'))
      const phone = await world.open('phone')
      await world.demand('a page that is opened then shows it', () => saysOnce(phone.page, 'removed'))
    },
  },
]
