import type { Conversation, Message } from '@streamfold/core'
import { selectPath } from '@streamfold/core'
import type { Session } from '@streamfold/testkit'
import { runSession, sessions } from '@streamfold/testkit'
import type { StreamChunk } from '@tanstack/ai/client'
import { StreamProcessor } from '@tanstack/ai/client'
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import type { ChatChunk } from '../src/feed/chat-chunk.ts'
import { createChatSteps } from '../src/feed/chat-steps.ts'
import { createChatMessages } from '../src/messages/ui-message.ts'

const numRuns = Number(process.env['LAW_RUNS'] ?? 60)
const seed = process.env['LAW_SEED'] === undefined ? {} : { seed: Number(process.env['LAW_SEED']) }

/** Each state of each reader of a session, and the last one after it has recovered. */
function statesOf(session: Session): readonly (readonly Conversation[])[] {
  return runSession(session).subscribers.map((subscriber) => {
    subscriber.recover()
    return subscriber.steps.map(({ after }) => after)
  })
}

const plain = (messages: unknown): unknown => JSON.parse(JSON.stringify(messages))
const isOpen = ({ role, status }: Message) => role === 'assistant' && (status === 'streaming' || status === 'stalled')

/** A chat of TanStack AI that is given the chunks of each state from one on. */
function follow(states: readonly Conversation[], forgets: ReadonlySet<number>): void {
  const processor = new StreamProcessor()
  const running = new Set<string>()
  const chatMessages = createChatMessages()
  const steps = createChatSteps({
    conversation: {
      store: undefined as never, // Steps are given the states.
      head: () => undefined,
      mayAnswer: () => true,
      retain: () => () => undefined,
    },
    chatMessages,
    threadId: 't',
    requests: new Set(),
  })

  function take(chunk: ChatChunk): void {
    processor.processChunk(chunk as unknown as StreamChunk)
    if (chunk.type === 'RUN_STARTED') running.add(chunk.runId)
    if (chunk.type === 'RUN_FINISHED') running.delete(chunk.runId)
  }

  for (const [at, state] of states.entries()) {
    if (forgets.has(at)) {
      processor.setMessages([])
      steps.forget()
    }
    for (let chunks = steps.step(state); chunks.length > 0; chunks = steps.step(state))
      for (const chunk of chunks) {
        take(chunk)
        steps.given(chunk, state)
      }
    const path = selectPath(state)
    expect(plain(processor.getMessages())).toEqual(plain(chatMessages(path)))
    const texts = path.map(({ text }) => text)
    const given = processor.getMessages().map(({ parts }) => parts.flatMap((part) => (part.type === 'text' ? part.content : [])))
    if (path.every(({ parts }) => parts.length <= 1)) expect(given.map((all) => all.join(''))).toEqual(texts)
    for (const message of path.filter(isOpen)) expect([...running].some((id) => id.startsWith(message.key))).toBe(true)
    if (!path.some((message) => isOpen(message) || message.status === 'waiting')) expect(running.size).toBe(0)
  }
}

it(
  `law: what TanStack AI makes of the chunks is the conversation, after every change (${numRuns} sessions)`,
  { timeout: 60_000 + 500 * numRuns },
  () => {
    fc.assert(
      fc.property(sessions(), fc.nat(), fc.array(fc.nat(60), { maxLength: 2 }), (session, start, forgets) => {
        for (const states of statesOf(session))
          if (states.length > 0) follow(states.slice(start % states.length), new Set(forgets))
      }),
      { numRuns, ...seed },
    )
  },
)
