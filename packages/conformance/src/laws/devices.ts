import type { Law } from './law.ts'
import { answersOf, isWhole, saysOnce } from './law.ts'
import { answering } from './networks.ts'

export const devices: readonly Law[] = [
  {
    id: 'reload',
    question: 'Does a page that is reloaded in the middle of an answer go on live?',
    rule: 'Within 60 s after the reload, before the answer ends, the page shows all that was written, once, in one message, and then the next words. It shows the end within 60 s.',
    async play(world) {
      const { laptop, turn } = await answering(world)
      await laptop.reload()
      await world.demand('the page shows the answer so far', () => saysOnce(laptop.page, 'one '))
      await world.settled()
      await turn.say({ text: 'two' })
      await world.demand('the page goes on live', () => saysOnce(laptop.page, 'one two'))
      await turn.say({ end: 'stop' })
      await world.demand('the answer ends, whole', () => isWhole(laptop.page, 'one two'))
    },
  },
  {
    id: 'second',
    question: 'Does a second device that is opened in the middle of an answer show it live?',
    rule: 'Within 60 s, before the answer ends, the second device shows all that was written, once, and then the next words; so does the first. Both show the end within 60 s.',
    async play(world) {
      const { laptop, turn } = await answering(world)
      const phone = await world.open('phone')
      const both = [laptop, phone]
      await world.demand('the second device shows the answer so far', () => saysOnce(phone.page, 'one '))
      await world.settled()
      await turn.say({ text: 'two' })
      await world.demand('both go on live', () => both.every(({ page }) => saysOnce(page, 'one two')))
      await turn.say({ end: 'stop' })
      await world.demand('the answer ends, whole, on both', () => both.every(({ page }) => isWhole(page, 'one two')))
    },
  },
  {
    id: 'idle',
    question: 'Does a second device that was open before show the prompt and the answer, without a reload?',
    rule: 'Both pages are open when one sends a prompt. The other shows the prompt and the words of the answer within 60 s, before the answer ends.',
    async play(world) {
      const phone = await world.open('phone')
      await world.settled()
      const { turn } = await answering(world)
      const asked = () => phone.page.messages().filter(({ role }) => role === 'user').length === 1
      await world.demand('the other device shows the prompt and the answer', () => asked() && saysOnce(phone.page, 'one '))
      await turn.say({ text: 'two' })
      await world.demand('it goes on live', () => saysOnce(phone.page, 'one two'))
      await turn.say({ end: 'stop' })
      await world.demand('the answer ends, whole', () => isWhole(phone.page, 'one two'))
    },
  },
  {
    id: 'late',
    question: 'Does a device that comes after the end show the whole conversation?',
    rule: 'A device that is opened after the answer has ended shows the prompt and the whole answer, as complete, within 60 s.',
    async play(world) {
      const { laptop, turn } = await answering(world)
      await turn.say({ text: 'two' }, { end: 'stop' })
      await world.given('the first device shows it', () => isWhole(laptop.page, 'one two'))
      await world.settled()
      const phone = await world.open('phone')
      await world.demand(
        'the device shows the prompt and the answer',
        () => phone.page.messages()[0]?.role === 'user' && isWhole(phone.page, 'one two'),
      )
    },
  },
  {
    id: 'order',
    question: 'Do all pages show the parts of an answer in the agent’s order?',
    rule: 'The agent reasons, says something, calls a tool whose input streams, and says something more. The page that asked, a device that was opened meanwhile and one that comes after the end show reasoning, text, tool, text, with equal contents.',
    async play(world) {
      const laptop = await world.open('laptop')
      await world.settled()
      void laptop.page.send('Look.')
      const turn = await world.given('the agent is asked', world.agent.asked())
      await world.settled()
      await turn.say({ reasoning: 'Hm. ' })
      await world.given('the page shows it', () => answersOf(laptop.page).length === 1)
      await world.settled()
      await world.last(1)
      const phone = await world.open('phone')
      await world.settled()
      await turn.say(
        { reasoning: 'So.' },
        { text: 'I ' },
        { text: 'look.' },
        { call: 'c1', tool: 'look', input: ['{"at":', '"it"}'] },
      )
      await turn.say({ end: 'tool-calls' })
      const next = await world.given('the agent is asked again', world.agent.asked())
      await next.say({ text: 'Seen' }, { text: '.' }, { end: 'stop' })
      const expected = ['reasoning Hm. So.', 'text I look.', 'tool c1 done', 'text Seen.'].join()
      const partsOn = (page: typeof laptop.page) =>
        answersOf(page)
          .flatMap(({ parts }) => parts)
          .map(({ type, text, callId, state }) => (type === 'tool' ? `tool ${callId} ${state}` : `${type} ${text}`))
          .join()
      await world.demand('the page that asked has them in order', () => partsOn(laptop.page) === expected)
      await world.demand('the second device has them in order', () => partsOn(phone.page) === expected)
      await world.settled()
      const tablet = await world.open('tablet')
      await world.demand('a device that comes later has them in order', () => partsOn(tablet.page) === expected)
    },
  },
]
