import { selectMessages, selectStatus } from '@streamfold/core'
import { expect, it } from 'vitest'
import { faults } from './fault-table.ts'
import { agentOn } from '@streamfold/test-support/agent-on'
import { historyTexts } from '@streamfold/test-support/history-texts'
import { live, open, texts } from '@streamfold/test-support/open'
import { realtime } from '@streamfold/test-support/realtime'
import { serve } from '@streamfold/test-support/serve'
import { until } from '@streamfold/testkit'

it.each(faults)('ends with the text of history when %s in the middle', async (_, strike) => {
  const server = await serve()
  const agent = agentOn(server, 'ai:faults')
  const { store } = open(realtime(server, { clientId: 'ann' }).channels.get('ai:faults'))
  await until(store, live)
  const [first, second] = [await agent.begin('first: '), await agent.begin('second: ')]
  for (let i = 0; i < 60; i++) {
    if (i === 20 || i === 40) strike(server)
    await agent.append(i % 2 ? first : second, `${i} `)
    for (const message of selectMessages(store.getState())) {
      // Nothing is shown that the server never held.
      if (message.continuity === 'contiguous') expect(allVersions(message.text)).toBe(true)
    }
  }
  await Promise.all([agent.complete(first, 'end'), agent.complete(second, 'end')])
  const whole = await until(
    store,
    (state) => live(state) && selectStatus(state) === 'ready' && texts(state).every((text) => text.endsWith('end')),
  )
  expect(texts(whole)).toEqual(await historyTexts(agent.channel))
  expect(selectMessages(whole).every(({ continuity }) => continuity === 'contiguous')).toBe(true)
})

/** Whether a text is one of those that the two responses pass through: every other number, in order, from the first on. */
function allVersions(text: string): boolean {
  const [name, rest = ''] = text.split(': ')
  const numbers = rest
    .split(' ')
    .filter((part) => part !== '' && part !== 'end')
    .map(Number)
  return numbers.every((number, i) => number === 2 * i + (name === 'first' ? 1 : 0))
}
