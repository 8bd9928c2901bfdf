import * as fc from 'fast-check'
import { jsonSchema, tool } from 'ai'
import { expect, test } from 'vitest'
import { selectMessages } from '@streamfold/core'
import { anthropicMessages, modelMessages, openAIInput, openAIMessages } from '../src/index.ts'
import { desk } from './approval-setup.ts'
import { aiSdkProblems, anthropicProblems, chatProblems, responsesProblems } from './provider-rules.ts'

/** A process that is killed: after some operations, of which the service may get one more, or at some time. */
const lives = fc.record({
  startsAt: fc.integer({ min: 0, max: 40_000 }),
  dieAt: fc.oneof(
    fc.integer({ min: 0, max: 24 }).map((halves) => halves / 2),
    fc.constant(Infinity),
  ),
  diesAt: fc.oneof(fc.integer({ min: 0, max: 60_000 }), fc.constant(Infinity)),
})

const tools = { send: tool({ inputSchema: jsonSchema({ type: 'object' }), execute: () => 'sent' }) }

const answers = fc.record({
  call: fc.integer({ min: 1, max: 3 }),
  kind: fc.constantFrom('approve', 'approve', 'approve', 'deny'),
  clientId: fc.constantFrom('user', 'user', 'user', 'mallory'),
  at: fc.integer({ min: 0, max: 60_000 }),
})

test('agents that die at any moment, and answers from anybody: no call is executed twice, one response, no call left open, and the model is given what providers accept', async () => {
  const seen = { executed: 0, uncertain: 0, denied: 0, executedUncertain: 0, two: 0, again: 0 }
  await fc.assert(
    fc.asyncProperty(
      fc.array(lives, { minLength: 1, maxLength: 4 }),
      fc.array(answers, { maxLength: 8 }),
      fc.integer({ min: 1, max: 3 }),
      fc.constantFrom('close', 'regenerate'),
      fc.boolean(),
      async (processes, given, calls, recovery, asksAgain) => {
        const { clock, channel, joinMortal, join, sent, tasks } = desk({ calls })
        const question = channel.prompt('invite')
        // A request for another response is answered as any prompt.
        const again = { clientId: 'user', name: 'prompt', headers: { role: 'user', again: question } }
        const prompt = asksAgain ? channel.publish(again) : question
        if (asksAgain) seen.again++
        for (const { startsAt, dieAt, diesAt } of processes)
          clock.after(startsAt, () => {
            const { agent, die } = joinMortal(dieAt, { recovery })
            void agent.answer(prompt)
            void agent.recover()
            clock.after(Math.max(0, diesAt - startsAt), die)
          })
        for (const { call, kind, clientId, at } of given)
          clock.after(at, () => {
            const [response] = channel.responses()
            // People see the call before they answer.
            if (response?.data.includes(`"ask","id":"c${call}"`))
              channel.answer({ response: response.serial, call: `c${call}`, kind, clientId })
          })
        await clock.run(70_000)
        // At last somebody answers everything, and a process lives on.
        const last = join({ recovery })
        void last.recover()
        await clock.run(100_000)
        for (let round = 1; round <= 2; round++) {
          void last.answer(prompt)
          await clock.run(clock.now() + 30_000)
          const [response] = channel.responses()
          for (let n = 1; n <= calls; n++) if (response) channel.answer({ response: response.serial, call: `c${n}` })
          await clock.run(clock.now() + 60_000)
        }

        expect(new Set(sent).size).toBe(sent.length)
        expect(channel.responses()).toHaveLength(1)
        const reading = channel.agent().conversation()
        await clock.run(clock.now() + 5)
        const messages = selectMessages(await reading)
        const response = messages.find(({ role }) => role === 'assistant')
        expect(['complete', 'failed']).toContain(response?.status)
        for (const part of response?.parts ?? []) {
          if (!('toolCallId' in part)) continue
          expect(['output-available', 'output-denied', 'output-error', 'interrupted']).toContain(part.state)
          const executed = sent.includes(part.toolCallId)
          if (part.state === 'output-available') expect(executed).toBe(true)
          if (executed && part.state !== 'output-available') {
            expect(part).toMatchObject({ state: 'output-error', uncertain: true })
            seen.executedUncertain++
          }
          if (part.state === 'output-denied') {
            expect(executed).toBe(false)
            seen.denied++
          }
          if ('uncertain' in part) seen.uncertain++
        }
        seen.executed += sent.length
        if (processes.length > 1) seen.two++
        for (const given of [...tasks.map((task) => task.messages), messages]) {
          expect(await aiSdkProblems(modelMessages(given), tools)).toEqual([])
          expect(responsesProblems(openAIInput(given))).toEqual([])
          expect(chatProblems(openAIMessages(given))).toEqual([])
          expect(anthropicProblems(anthropicMessages(given))).toEqual([])
        }
      },
    ),
    { numRuns: 150 },
  )
  for (const [what, count] of Object.entries(seen)) expect([what, count > 0]).toEqual([what, true])
}, 120_000)
