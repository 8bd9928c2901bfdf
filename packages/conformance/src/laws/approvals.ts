import type { Law } from './law.ts'
import { answersOf, callOf, textOf } from './law.ts'
import type { Device, World } from '../harness/world.ts'
import type { Page, Turn } from '../layer.ts'

/** A page on which a call asks for approval, for as long as a person takes to read it. */
async function asking(world: World): Promise<Device> {
  const laptop = await world.open('laptop')
  await world.settled()
  void laptop.page.send('Send it.')
  const turn = await world.given('the agent is asked', world.agent.asked())
  await world.settled()
  await turn.say({ text: 'Shall I? ' }, { call: 'c1', tool: 'send', input: ['{"to":', '"ann"}'] }, { end: 'tool-calls' })
  await world.given('the page asks for approval', () => asks(laptop.page))
  await world.settled()
  await world.last(1)
  return laptop
}

/** What the agent does after an approval: it says its last words. */
async function goOn(world: World): Promise<void> {
  const turn = await world.demandTurn('the agent goes on')
  await world.settled()
  await turn.say({ text: 'Sent.' }, { end: 'stop' })
}

/** Whether a page shows the call executed, and the words after it, once. */
const hasGoneOn = ({ page }: Device): boolean =>
  callOf(page, 'c1')?.state === 'done' && answersOf(page).map(textOf).join('') === 'Shall I? Sent.'

const isDone = (device: Device): boolean => hasGoneOn(device) && answersOf(device.page).at(-1)?.status === 'complete'

const asks = (page: Page): boolean => callOf(page, 'c1')?.state === 'asks' && answersOf(page).at(-1)?.status === 'waiting'

export const approvals: readonly Law[] = [
  {
    id: 'approve',
    question: 'Can a person approve after a reload?',
    rule: 'The page is reloaded while a call asks for approval. Within 60 s it asks again. A person approves when no request of the page is on its way. The tool runs once, and within 60 s the page shows the output and what the agent said then, once.',
    async play(world) {
      const laptop = await asking(world)
      await laptop.reload()
      await world.demand('the page asks again', () => asks(laptop.page))
      await world.settled()
      void laptop.page.approve('c1')
      await goOn(world)
      await world.demand('the page shows the output and the words after it', () => isDone(laptop))
      await world.last(1)
      world.demandNow('the tool ran once', () => world.agent.executions('send') === 1)
    },
  },
  {
    id: 'overtaken',
    question: 'And when the approval overtakes what the reloaded page had asked for?',
    rule: 'The page is reloaded while a call asks for approval, and a person approves when it asks again. What the page had sent by then, and what it sends over the same connections, is on its way until the page shows what the agent says after the approval, or for 20 s. Then it arrives. Within 60 s, before the answer ends, the page shows the output and the words, once, and 5 s later it still does. It shows the end within 60 s; the tool ran once.',
    async play(world) {
      const laptop = await asking(world)
      await laptop.reloadUntil('the page asks again', asks)
      laptop.overtake()
      void laptop.page.approve('c1')
      const asked: { turn?: Turn } = {}
      void world.agent.asked().then((turn) => (asked.turn = turn))
      await world.last(20, () => asked.turn !== undefined)
      const overtook = asked.turn
      await overtook?.say({ text: 'Sent.' })
      if (overtook) await world.last(20, () => hasGoneOn(laptop))
      laptop.release()
      await world.demand('the agent goes on', () => asked.turn !== undefined)
      if (!overtook) await asked.turn?.say({ text: 'Sent.' })
      await world.demand('the page shows the output and the words after it', () => hasGoneOn(laptop))
      await world.settled()
      await world.last(5)
      world.demandNow('it still shows them', () => hasGoneOn(laptop))
      await asked.turn?.say({ end: 'stop' })
      await world.demand('the answer ends, whole', () => isDone(laptop))
      world.demandNow('the tool ran once', () => world.agent.executions('send') === 1)
    },
  },
  {
    id: 'one',
    question: 'Does an answer go on in its message after an approval?',
    rule: 'The page that asked approves. Within 60 s it shows one answer with the output and what the agent said then; so does a device that is opened after the end.',
    async play(world) {
      const laptop = await asking(world)
      void laptop.page.approve('c1')
      await goOn(world)
      const isOne = (device: Device): boolean => isDone(device) && answersOf(device.page).length === 1
      await world.demand('the page shows one answer', () => isOne(laptop))
      await world.settled()
      const phone = await world.open('phone')
      await world.demand('a device that comes later shows one answer', () => isOne(phone))
    },
  },
  {
    id: 'elsewhere',
    question: 'Can another device approve, and does the first one show it?',
    rule: 'A second device is opened while a call asks for approval, and approves. The tool runs once, and within 60 s both devices show the output and what the agent said then, once, without a reload.',
    async play(world) {
      const laptop = await asking(world)
      const phone = await world.open('phone')
      await world.demand('the second device asks too', () => asks(phone.page))
      await world.settled()
      void phone.page.approve('c1')
      await goOn(world)
      await world.demand('the second device shows all', () => isDone(phone))
      await world.demand('the first device shows all', () => isDone(laptop))
      await world.last(1)
      world.demandNow('the tool ran once', () => world.agent.executions('send') === 1)
    },
  },
  {
    id: 'both',
    question: 'Does a tool run once when two devices approve at the same time?',
    rule: 'Two devices ask for approval of one call, and both approve at once. Within 60 s the tool has run; 5 s later it has still run once.',
    async play(world) {
      const laptop = await asking(world)
      const phone = await world.open('phone')
      await world.demand('the second device asks too', () => asks(phone.page))
      await world.settled()
      for (const { page } of [laptop, phone]) void page.approve('c1')
      const answerEach = async (): Promise<void> => {
        for (;;) await (await world.agent.asked()).say({ text: 'Sent.' }, { end: 'stop' })
      }
      void answerEach()
      await world.demand('the tool ran', () => world.agent.executions('send') > 0)
      await world.last(5)
      world.demandNow(
        `the tool ran once, and not ${world.agent.executions('send')} times`,
        () => world.agent.executions('send') === 1,
      )
    },
  },
]
