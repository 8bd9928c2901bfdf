import type { Law } from './law.ts'
import { isWhole, saysOnce } from './law.ts'
import type { Device, World } from '../harness/world.ts'
import type { Turn } from '../layer.ts'

/** A page that shows the first words of an answer, for as long as a person takes to do something about it. */
export async function answering(world: World, text = 'one '): Promise<{ readonly laptop: Device; readonly turn: Turn }> {
  const laptop = await world.open('laptop')
  await world.settled()
  void laptop.page.send('Count.')
  const turn = await world.given('the agent is asked', world.agent.asked())
  await world.settled()
  await turn.say({ text })
  await world.given('the page shows the first words', () => saysOnce(laptop.page, text))
  await world.settled()
  await world.last(1)
  return { laptop, turn }
}

export const networks: readonly Law[] = [
  {
    id: 'drop',
    question: 'Does a page whose network dropped in the middle of an answer go on, live, with the whole text once?',
    rule: 'The network of the page is gone for 3 s; the agent writes meanwhile. Then the network is back and the page is shown again. Within 60 s, before the answer ends, the page shows all that was written, once, in one message. It shows the end within 60 s.',
    async play(world) {
      const { laptop, turn } = await answering(world)
      laptop.drop()
      await turn.say({ text: 'two ' })
      await world.settled()
      await world.last(3)
      laptop.restore()
      await world.demand('the page shows what it missed, before the end', () => saysOnce(laptop.page, 'one two '))
      await world.settled()
      await turn.say({ text: 'three' })
      await world.demand('the page goes on live', () => saysOnce(laptop.page, 'one two three'))
      await turn.say({ end: 'stop' })
      await world.demand('the answer ends, whole', () => isWhole(laptop.page, 'one two three'))
    },
  },
  {
    id: 'forgotten',
    question: 'And when the service can no longer resume the connection, and the answer ended meanwhile?',
    rule: 'The network of the page is gone; the agent writes more and ends. The service has forgotten the connection and what it would have replayed. Within 60 s after the network is back, the page shows the whole answer, once, as complete.',
    needs: 'forget',
    async play(world) {
      const { laptop, turn } = await answering(world)
      const phone = await world.open('phone')
      await world.given('another page shows the first words', () => saysOnce(phone.page, 'one '))
      await world.settled()
      laptop.drop()
      await turn.say({ text: 'two ' }, { text: 'three' }, { end: 'stop' })
      await world.given('another page shows the end', () => isWhole(phone.page, 'one two three'))
      await world.settled()
      await world.fault('forget', 'laptop')
      laptop.restore()
      await world.demand('the page shows the whole answer', () => isWhole(laptop.page, 'one two three'))
    },
  },
  {
    id: 'outage',
    question: 'Does an answer survive an outage of the whole network, the agent’s too?',
    rule: 'All pages and the link between the agent and the service are cut for 3 s in the middle of an answer, and come back. Within 60 s, before the answer ends, the page shows all that the agent wrote, once; and the end within 60 s.',
    async play(world) {
      const { laptop, turn } = await answering(world)
      laptop.drop()
      world.agentLink.drop()
      await turn.say({ text: 'two ' })
      await world.last(3)
      world.agentLink.restore()
      laptop.restore()
      await turn.say({ text: 'three' })
      await world.demand('the page shows all, before the end', () => saysOnce(laptop.page, 'one two three'))
      await turn.say({ end: 'stop' })
      await world.demand('the answer ends, whole', () => isWhole(laptop.page, 'one two three'))
    },
  },
  {
    id: 'lost',
    question: 'Is a piece that the service did not deliver noticed, and repaired live?',
    rule: 'One piece of the answer is stored and not delivered to the page. The agent goes on. Within 60 s, before the answer ends, the page shows all that was written, once.',
    needs: 'lose',
    async play(world) {
      const { laptop, turn } = await answering(world)
      const phone = await world.open('phone')
      await world.given('another page shows the first words', () => saysOnce(phone.page, 'one '))
      await world.settled()
      await world.fault('lose', 'laptop')
      await turn.say({ text: 'two ' })
      await world.given('another page shows the piece', () => saysOnce(phone.page, 'one two '))
      await turn.say({ text: 'three' })
      await world.demand('the page shows all, before the end', () => saysOnce(laptop.page, 'one two three'))
      await turn.say({ end: 'stop' })
      await world.demand('the answer ends, whole', () => isWhole(laptop.page, 'one two three'))
    },
  },
  {
    id: 'refused',
    question: 'Is a piece that the service refused repaired live?',
    rule: 'The service refuses one piece of the answer. The agent goes on. Within 60 s, before the answer ends, the page shows all that the agent wrote, once; after the end a page that is opened then shows it too.',
    needs: 'refuse',
    async play(world) {
      const { laptop, turn } = await answering(world)
      await world.fault('refuse')
      await turn.say({ text: 'two ' })
      await world.settled()
      await world.last(1)
      await turn.say({ text: 'three' })
      await world.demand('the page shows all, before the end', () => saysOnce(laptop.page, 'one two three'))
      await turn.say({ end: 'stop' })
      await world.demand('the answer ends, whole', () => isWhole(laptop.page, 'one two three'))
      await world.settled()
      const phone = await world.open('phone')
      await world.demand('a page that is opened later shows it', () => isWhole(phone.page, 'one two three'))
    },
  },
  {
    id: 'twice',
    question: 'Is what the service delivers twice shown once?',
    rule: 'Every delivery to the page comes twice. The page shows each piece once, and one answer.',
    needs: 'duplicate',
    async play(world) {
      const { laptop, turn } = await answering(world)
      await world.fault('duplicate', 'laptop')
      await turn.say({ text: 'two ' })
      await world.settled()
      await world.demand('the page shows the piece once', () => saysOnce(laptop.page, 'one two '))
      await turn.say({ text: 'three' })
      await world.settled()
      await world.demand('the page shows all once', () => saysOnce(laptop.page, 'one two three'))
      await turn.say({ end: 'stop' })
      await world.settled()
      await world.demand('the answer ends, whole', () => isWhole(laptop.page, 'one two three'))
    },
  },
  {
    id: 'slow',
    question: 'Does a page that reads slowly get everything, and hold nobody up?',
    rule: 'One of two pages reads nothing while the agent writes 100 pieces (24 kB) and ends. Within 60 s the other shows the whole answer, while the slow page still reads nothing; the slow one within 60 s after it reads again.',
    async play(world) {
      const { laptop, turn } = await answering(world)
      const phone = await world.open('phone')
      await world.demand('the other page shows the answer', () => saysOnce(phone.page, 'one '))
      await world.settled()
      laptop.freeze()
      const pieces = Array.from({ length: 100 }, (_, at) => `${at} `.padEnd(240, '.'))
      const whole = ['one ', ...pieces].join('')
      await world.given('the agent has written all', turn.say(...pieces.map((text) => ({ text })), { end: 'stop' }))
      await world.demand('the other page shows the whole answer', () => isWhole(phone.page, whole))
      laptop.thaw()
      laptop.restore()
      await world.demand('the slow page shows the whole answer', () => isWhole(laptop.page, whole))
    },
  },
]
