import type { ConversationOpener } from '@streamfold/client'
import { answerCalls, answerName, isRunning, promptText } from '@streamfold/client'
import type { Message } from '@streamfold/core'
import type { CallDecision } from './answer-calls.ts'
import { decisionsIn, wantsOutput } from './answer-calls.ts'
import type { AnswerChunk, ChatMessage, RequestOptions, SendRequest } from '../messages/chat-message.ts'
import type { OwnDecisions } from '../messages/merge-messages.ts'
import type { OpenAnswers } from './open-answers.ts'
import type { Shown } from '../messages/shown.ts'
import type { Prompt } from '../messages/prompt-of.ts'

/** Goes on with answers, in whose calls the page has decided. */
export interface GoingOn<M extends ChatMessage> extends OwnDecisions<M> {
  /** Whether the page has decided about a call, and the channel does not know it yet. */
  isDecided(messages: readonly M[]): boolean
  /**
   * Publishes what the page has decided.
   * @returns the stream of what follows in that answer; undefined if the request is for another message
   * @throws `AbortError`, which `useChat` takes for no error, where nothing was decided and the answer has ended; Error where that is no answer of the conversation, ConversationError where a decision cannot be published
   */
  send(request: SendRequest<M>): Promise<ReadableStream<AnswerChunk>> | undefined
}

export interface GoingOnOptions<M extends ChatMessage> {
  readonly conversation: ConversationOpener
  readonly shown: () => readonly Shown[]
  readonly read: (message: M, request: RequestOptions) => Prompt
  readonly answers: OpenAnswers
}

export function createGoingOn<M extends ChatMessage>({ conversation, shown, read, answers }: GoingOnOptions<M>): GoingOn<M> {
  const { store } = conversation
  const decisions = (messages: readonly M[]) => decisionsIn(messages, shown(), store.getState())
  /** What was published. A page would send without end what it has to send and what changes nothing. */
  const published = new Set<string>()
  const refused = new Set<string>()

  /** A page runs a tool by itself, also where somebody else has asked. A person who decides is told that they may not. */
  function isGiven({ shown: { message, call } }: CallDecision): boolean {
    return !wantsOutput(call) || conversation.mayAnswer({ messageId: message.id, toolCallId: call.toolCallId })
  }

  function find(id: string, role: Message['role']): Message | undefined {
    return shown().find((one) => one.id === id && one.message.role === role)?.message
  }

  /** The message with which the chat goes on: an answer, or a prompt that is on the channel, behind an answer in which the page has decided. */
  function continued(request: SendRequest<M>): M | undefined {
    const { trigger, messageId, messages } = request
    const last = messages.at(-1)
    const named = trigger === 'submit-message' ? messages.find(({ id }) => id === messageId) : undefined
    const response = [named, last].find((message) => message?.role === 'assistant')
    if (response || !named || named.id !== last?.id || !decisions(messages).some(isGiven)) return response
    const prompt = find(named.id, 'user')
    return prompt && prompt.text === promptText(read(named, request).text) ? named : undefined
  }

  async function publish(decided: readonly CallDecision[]): Promise<void> {
    const names = decided.map(nameOfDecision)
    for (const name of names) refused.delete(name)
    try {
      await answerCalls(decided, conversation)
      for (const name of names) published.add(name)
    } catch (error) {
      for (const name of names) refused.add(name)
      throw error
    }
  }

  async function goOn({ messages, abortSignal }: SendRequest<M>, message: M): Promise<ReadableStream<AnswerChunk>> {
    const decided = decisions(messages)
    if (decided.length === 0 && !find(message.id, 'assistant'))
      throw new Error(
        'unable to go on with the answer; it is not in this conversation: load the messages of the conversation first',
      )
    // The AI SDK's own conditions stay true where no step follows the call, for example because it got no result: `useChat` would ask without end.
    if (decided.length === 0 && !mayGrow(find(message.id, 'assistant')))
      throw new DOMException('the answer has ended: nothing follows in it', 'AbortError')
    const given = decided.filter(isGiven)
    const publishing = publish(given.length > 0 ? given : decided)
    // What the chat has: by the time that the decision is published the answer may have gone on, and the stream has to give all of that.
    const before = find(message.id, 'assistant')
    await publishing
    const response = find(message.id, 'assistant')
    // Releases of the AI SDK differ in what they add the stream of an earlier message to; a chat that is followed shows it without a stream.
    if (!response || messages.at(-1)?.id !== message.id) return nothing()
    return answers.open(answerName(store.getState(), response), abortSignal, before ?? response)
  }

  return {
    keep(own, message) {
      const decided = decisions([own]).filter((each) => !refused.has(nameOfDecision(each)))
      if (decided.length === 0) return message
      const parts = message.parts.map((part) => {
        const id = callOf(part)
        const isDecided = id !== undefined && decided.some(({ shown: { call } }) => call.toolCallId === id)
        return isDecided ? (own.parts.find((one) => callOf(one) === id) ?? part) : part
      })
      return { ...message, parts }
    },
    isRefused: (own) => decisions([own]).some((each) => refused.has(nameOfDecision(each))),
    isDecided: (messages) => decisions(messages).some((each) => isGiven(each) && !published.has(nameOfDecision(each))),
    send(request) {
      const message = continued(request)
      return message && goOn(request, message)
    },
  }
}

/** Whether more of a response may follow. */
function mayGrow(response: Message | undefined): boolean {
  return response !== undefined && (isRunning(response) || response.status === 'waiting')
}

function callOf(part: ChatMessage['parts'][number]): unknown {
  return 'toolCallId' in part ? part.toolCallId : undefined
}

/** A call may ask twice: for an approval, and then for its output. */
function nameOfDecision({ shown: { message, call } }: CallDecision): string {
  return `${message.id} ${wantsOutput(call) ? 'output' : 'approval'} ${call.toolCallId}`
}

function nothing(): ReadableStream<AnswerChunk> {
  return new ReadableStream({ start: (controller) => controller.close() })
}
