import type { Conversation, Message, PromptFile, Store } from '@streamfold/core'
import { normalise, selectMessages, selectPromptStates } from '@streamfold/core'
import type { Outbound } from '@streamfold/core/codec'
import { filesOf, promptContents } from '@streamfold/core/codec'
import type { ConversationTransport } from '@streamfold/core/transport'
import type { Clock } from './clock.ts'
import { tickOf } from './clock.ts'
import { ConversationError, reasonOf } from './conversation-error.ts'
import { messageSize, sizesOf } from './message-size.ts'
import { promptText } from './prompt-text.ts'
import type { Reading } from './reading.ts'

/** Changes prompts that no agent has taken yet. */
export interface PromptChanges {
  edit(id: string, text: string): Promise<void>
  withdraw(id: string): Promise<void>
}

/** @param published resolves with the serial of a prompt that is being sent, by its key; undefined if it is not, or fails */
export function createPromptChanges(
  transport: ConversationTransport,
  store: Store,
  clock: Clock,
  reading: () => Reading,
  published: (key: string) => Promise<string | undefined>,
): PromptChanges {
  /** Folds the acknowledged change: its echo may never arrive, because a client may connect without echo (P27). */
  function fold(prompt: Message, action: string, message: Outbound, version: string): void {
    const clientId = transport.clientId
    const at = { serial: version, timestamp: clock.now(), ...(clientId !== undefined && { clientId }) }
    const raw = { ...message, serial: prompt.id, action, clientId, timestamp: prompt.createdAt, version: at }
    store.dispatch([tickOf(clock, store.getState()), normalise(raw, { ...reading(), source: 'local' })])
  }

  /** The caller's own prompt, once the channel has it. @throws ConversationError if it cannot be changed */
  async function changeable(id: string, refuse: Refusal): Promise<Message> {
    const found = findIn(store.getState(), id)
    if (!found) throw refuse('not-loaded', 'it is not in this conversation: load older messages first')
    if (found.role !== 'user') throw refuse('not-permitted', 'it is no prompt: give the id or key of one')
    const sent = found.status === 'sending' ? await published(found.key) : undefined
    const prompt = findIn(store.getState(), sent ?? id) ?? found
    if (transport.clientId !== undefined && prompt.clientId !== transport.clientId)
      throw refuse(
        'not-permitted',
        `only its author${prompt.clientId === undefined ? '' : `, "${prompt.clientId}",`} may: ask there`,
      )
    if (prompt.status === 'failed' || prompt.status === 'sending')
      throw refuse('failed', 'it is not on the channel: send it again')
    const reason = notWaiting(store.getState(), prompt)
    if (reason !== undefined) throw refuse('prompt-taken', reason)
    return prompt
  }

  /** @returns the serial of the new version */
  async function perform(change: Promise<string | undefined>, refuse: Refusal): Promise<string> {
    const version = await change.catch((cause: unknown) => {
      throw refuse('failed', `${reasonOf(cause)}: try again`, cause)
    })
    if (version === undefined) throw refuse('failed', 'the service returned no version: try again')
    return version
  }

  return {
    async edit(id, typed) {
      const refuse = refusal('edit', 'edit-failed')
      const empty = () => refuse('empty-prompt', 'it is empty: write something, or withdraw it')
      if (typeof (typed as unknown) !== 'string') throw empty()
      const text = promptText(typed)
      if (reading().codec) throw refuse('failed', 'this channel’s format has no edits: send another prompt')
      const prompt = await changeable(id, refuse)
      const files = filesOf(prompt)
      if (text === '' && files.length === 0) throw empty()
      if (prompt.parts.some(({ type }) => type !== 'text' && type !== 'file'))
        throw refuse('failed', 'it has parts that an edit would lose: withdraw it, and send another one')
      const message = promptWith(prompt, text, files)
      const size = messageSize(message, transport.clientId)
      if (size > transport.maxMessageSize)
        throw refuse('prompt-too-large', `${sizesOf(size, transport.maxMessageSize)}: shorten it`)
      const version = await perform(transport.update(prompt.id, message), refuse)
      fold(prompt, 'message.update', message, version)
      if (!wasTaken(store.getState(), prompt.id, version)) return
      // Otherwise everybody would read a prompt that nobody has answered above an answer to another one.
      const before = promptWith(prompt, prompt.text, files)
      const restored = await transport.update(prompt.id, before).catch(() => undefined)
      if (restored !== undefined) fold(prompt, 'message.update', before, restored)
      throw refuse('prompt-taken', `${TAKEN}: send another one`)
    },
    async withdraw(id) {
      const refuse = refusal('withdraw', 'withdraw-failed')
      const prompt = await changeable(id, refuse)
      const version = await perform(transport.delete(prompt.id), refuse)
      fold(prompt, 'message.delete', { name: 'prompt', extras: { headers: prompt.headers } }, version)
    },
  }
}

/** A prompt with other contents. */
function promptWith({ headers: known }: Message, text: string, files: readonly PromptFile[]): Outbound {
  const { format: _, ...own } = known
  const { data, headers } = promptContents(text, files)
  return { name: 'prompt', data, extras: { headers: { ...own, ...headers } } }
}

const TAKEN = 'an agent took it before that'

type Refusal = (code: 'failed' | ConversationError['code'], reason: string, cause?: unknown) => ConversationError

/** @param otherwise the code of what failed */
function refusal(verb: string, otherwise: ConversationError['code']): Refusal {
  return (code, reason, cause) =>
    new ConversationError(code === 'failed' ? otherwise : code, `unable to ${verb} the prompt; ${reason}`, cause)
}

function findIn(state: Conversation, id: string): Message | undefined {
  return selectMessages(state).find((message) => message.id === id || message.key === id)
}

/** Why a prompt waits for no agent any more; undefined if it does. */
function notWaiting(state: Conversation, { id }: Message): string | undefined {
  switch (selectPromptStates(state).get(id)) {
    case 'answered':
      return 'an agent answers it: stop the answer, or send another prompt'
    case 'taken-in':
      return 'the running answer has taken it in: send another prompt'
    case 'withdrawn':
      return 'it was withdrawn: send another one'
    default:
      return undefined
  }
}

/** Whether an agent had begun to answer a prompt before its version `version`. */
function wasTaken(state: Conversation, prompt: string, version: string): boolean {
  return selectMessages(state).some(({ role, replyTo, id }) => role === 'assistant' && replyTo === prompt && id < version)
}
