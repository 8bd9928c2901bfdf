import type { RealtimeChannel } from 'ably'
import type { ConversationEvent, Headers, Message, Store } from '@streamfold/core'
import { selectMessage, selectMessages, selectUnanswered } from '@streamfold/core'
import { clientIdOf, maxMessageSizeOf } from './channel-internals.ts'
import type { Clock } from './clock.ts'
import { ConversationError, reasonOf } from './conversation-error.ts'
import { messageSize } from './message-size.ts'
import { randomId } from './random-id.ts'

/** Asks an agent, out of band, to answer a prompt that is on the channel. */
export type Trigger = (prompt: { readonly channelName: string; readonly promptSerial: string }) => Promise<void>

export interface PromptOptions {
  /** Published with it; `role` is not one. */
  readonly headers?: Partial<Headers> | undefined
  /** Its message id on the channel and its `key` here, of letters, digits, `-` and `_`. The same id twice is one prompt. Default random. */
  readonly id?: string | undefined
}

/** What a user does in a conversation. */
export interface Prompts {
  sendMessage(text: string, message: PromptOptions | undefined, trigger: Trigger | undefined): Promise<void>
  stop(target?: string): Promise<void>
  retry(id: string, trigger: Trigger | undefined): Promise<void>
  /** Reports why a prompt is unanswered, once the channel has shown the prompt. */
  settle(): void
}

export function createPrompts(channel: RealtimeChannel, store: Store, clock: Clock): Prompts {
  /** Publishes not acknowledged yet, by prompt key: what `stop` waits for to learn the serial. */
  const publishing = new Map<string, Promise<string | null | undefined>>()
  /** Reasons that came before the channel's echo of their prompt, by serial. */
  const reasons = new Map<string, string>()
  /** A product's own headers of the prompts that the channel does not have yet, by prompt key. */
  const unsent = new Map<string, Partial<Headers>>()

  const report = (event: ConversationEvent) => store.dispatch([{ type: 'tick', now: clock.now() }, event])

  async function publish(key: string, text: string, trigger: Trigger | undefined): Promise<void> {
    const clientId = clientIdOf(channel)
    report({ type: 'prompt-sent', key, text, at: clock.now(), ...(clientId !== undefined && { clientId }) })
    const published = channel.publish(promptMessage(key, text, unsent.get(key))).then(({ serials }) => serials[0])
    publishing.set(key, published)
    try {
      const serial = await published
      unsent.delete(key)
      if (serial && trigger) void ask(serial, trigger)
    } catch (error) {
      report({ type: 'prompt-failed', key, error: reasonOf(error) })
    } finally {
      publishing.delete(key)
    }
  }

  async function ask(serial: string, trigger: Trigger): Promise<void> {
    reasons.delete(serial)
    report({ type: 'prompt-unanswered', serial, error: undefined })
    try {
      await trigger({ channelName: channel.name, promptSerial: serial })
    } catch (error) {
      reasons.set(serial, reasonOf(error))
      settle()
    }
  }

  function settle(): void {
    for (const [serial, error] of reasons) {
      if (!selectMessage(store.latest(), serial)) continue
      reasons.delete(serial)
      report({ type: 'prompt-unanswered', serial, error })
    }
  }

  async function sendMessage(text: string, message: PromptOptions | undefined, trigger: Trigger | undefined): Promise<void> {
    const prompt = text.trim()
    if (prompt === '')
      throw new ConversationError('empty-prompt', 'unable to send the prompt; it is empty: write something first')
    const { headers, id: key = randomId() } = message ?? {}
    const size = messageSize(promptMessage(key, prompt, headers), clientIdOf(channel))
    const limit = maxMessageSizeOf(channel)
    if (size > limit) throw tooLarge(size, limit)
    if (headers) unsent.set(key, headers)
    await publish(key, prompt, trigger)
  }

  async function targets(): Promise<readonly string[]> {
    const state = store.latest()
    if (state.context.open.length > 0) return state.context.open
    const prompt = selectUnanswered(state)
    if (!prompt) return []
    if (prompt.status !== 'sending') return prompt.status === 'failed' ? [] : [prompt.id]
    const serial = await publishing.get(prompt.key)?.catch(() => undefined)
    return serial ? [serial] : []
  }

  return {
    sendMessage,
    settle,
    async stop(target) {
      const serials = target === undefined ? await targets() : [target]
      const cancels = serials.map((serial) => channel.publish({ name: 'cancel', extras: { headers: { target: serial } } }))
      try {
        await Promise.all(cancels)
      } catch (cause) {
        throw new ConversationError('stop-failed', `unable to stop the response; ${reasonOf(cause)}: try again`, cause)
      }
    },
    async retry(id, trigger) {
      const messages = selectMessages(store.latest())
      const message = messages.find((message) => message.id === id || message.key === id)
      if (!message) throw nothing('it is not in this conversation: load older messages first')
      if (message.role === 'user') {
        if (message.status === 'sending') throw nothing('it is still being sent: wait for it')
        if (message.status === 'failed') return publish(message.key, message.text, trigger)
        return trigger ? ask(message.id, trigger) : sendMessage(message.text, { headers: message.headers }, undefined)
      }
      if (message.status === 'streaming' || message.status === 'stalled')
        throw nothing('it is still being written: stop it first')
      const prompt = promptOf(messages, message)
      if (!prompt) throw nothing('its prompt is not loaded: load older messages first')
      return sendMessage(prompt.text, { headers: prompt.headers }, trigger)
    },
  }
}

function promptMessage(id: string, text: string, headers: Partial<Headers> | undefined) {
  return { id, name: 'prompt', data: text, extras: { headers: { ...headers, role: 'user' } } }
}

/** The prompt a response names, or where it names none, the one before it. */
function promptOf(messages: readonly Message[], response: Message): Message | undefined {
  if (response.replyTo !== undefined) return messages.find(({ id }) => id === response.replyTo)
  return messages.findLast(({ role, id }) => role === 'user' && id < response.id)
}

function nothing(reason: string): ConversationError {
  return new ConversationError('nothing-to-retry', `unable to retry the message; ${reason}`)
}

function tooLarge(size: number, limit: number): ConversationError {
  const sizes = `it is ${Math.ceil(size / 1024)} kB and the limit is ${Math.floor(limit / 1024)} kB`
  return new ConversationError('prompt-too-large', `unable to send the prompt; ${sizes}: shorten it`)
}
