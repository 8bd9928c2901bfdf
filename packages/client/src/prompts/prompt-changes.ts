import type { Conversation, Message, PromptFile, Store } from '@streamfold/core'
import { normalise, selectMessages, selectPromptStates } from '@streamfold/core'
import type { Outbound } from '@streamfold/core/codec'
import { filesOf, promptContents } from '@streamfold/core/codec'
import type { ConversationTransport } from '@streamfold/core/transport'
import type { Clock } from '../clock.ts'
import { tickOf } from '../clock.ts'
import { ConversationError, reasonOf } from '../conversation-error.ts'
import { messageSize, sizesOf } from '../message-size.ts'
import { findMessage, isOnChannel } from './find-message.ts'
import { mayBranch } from './may-branch.ts'
import { promptText } from './prompt-text.ts'
import type { Contents } from './prompts.ts'
import type { Reading } from '../live/reading.ts'

/** Changes prompts that no agent has taken yet. */
export interface PromptChanges {
  /**
   * Replaces the text of a prompt.
   * @param given its files. Default: those that it has
   * @param branch publishes a prompt in its place, where an agent has taken it already, or where it cannot be changed
   */
  edit(
    id: string,
    text: string,
    given: readonly PromptFile[] | undefined,
    branch: (prompt: Message, contents: Contents) => Promise<void>,
  ): Promise<Edited>
  withdraw(id: string): Promise<void>
}

/** The prompt that was edited, as it was before. */
interface Edited {
  readonly prompt: Message
  readonly branched: boolean
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

  /** A prompt, once the channel has it: at once, unless it is being sent. @throws ConversationError if it is none */
  function onChannel(id: string, refuse: Refusal): Message | Promise<Message> {
    const found = findMessage(store.getState(), id)
    if (!found) throw refuse('not-loaded', 'it is not in this conversation: load older messages first')
    if (found.role !== 'user') throw refuse('not-permitted', 'it is no prompt: give the id or key of one')
    const settled = (prompt: Message): Message => {
      if (!isOnChannel(prompt)) throw refuse('failed', 'it is not on the channel: send it again')
      return prompt
    }
    if (found.status !== 'sending') return settled(found)
    return published(found.key).then((sent) => settled(findMessage(store.getState(), sent ?? id) ?? found))
  }

  function isOwn({ clientId }: Message): boolean {
    return transport.clientId === undefined || clientId === transport.clientId
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
    async edit(id, typed, given, branch) {
      const refuse = refusal('edit', 'edit-failed')
      const empty = () => refuse('empty-prompt', 'it is empty: write something, or withdraw it')
      if (typeof (typed as unknown) !== 'string') throw empty()
      const text = promptText(typed)
      const having = onChannel(id, refuse)
      // Otherwise the branch is shown in the task of the call.
      const prompt = having instanceof Promise ? await having : having
      if (!mayBranch(prompt, transport.clientId, reading())) throw notPermitted(prompt, refuse)
      if (prompt.status === 'deleted') throw refuse('prompt-taken', WITHDRAWN)
      const files = given ?? filesOf(prompt)
      if (text === '' && files.length === 0) throw empty()
      if (prompt.parts.some(({ type }) => type !== 'text' && type !== 'file'))
        throw refuse('failed', 'it has parts that an edit would lose: withdraw it, and send another one')
      const message = promptWith(prompt, text, files)
      const size = messageSize(message, transport.clientId)
      if (size > transport.maxMessageSize)
        throw refuse('prompt-too-large', `${sizesOf(size, transport.maxMessageSize)}: shorten it`)
      const branched = async (): Promise<Edited> => {
        await branch(prompt, { text, files })
        return { prompt, branched: true }
      }
      if (reading().codec || !isOwn(prompt) || taken(store.getState(), prompt) !== undefined) return branched()
      const version = await perform(transport.update(prompt.id, message), refuse)
      fold(prompt, 'message.update', message, version)
      if (!wasTaken(store.getState(), prompt.id, version)) return { prompt, branched: false }
      // Otherwise everybody would read a prompt that nobody has answered above an answer to another one.
      const before = promptWith(prompt, prompt.text, filesOf(prompt))
      const restored = await transport.update(prompt.id, before).catch(() => undefined)
      if (restored !== undefined) fold(prompt, 'message.update', before, restored)
      return branched()
    },
    async withdraw(id) {
      const refuse = refusal('withdraw', 'withdraw-failed')
      const prompt = await onChannel(id, refuse)
      if (!isOwn(prompt)) throw notPermitted(prompt, refuse)
      const reason = taken(store.getState(), prompt)
      if (reason !== undefined) throw refuse('prompt-taken', reason)
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

const WITHDRAWN = 'it was withdrawn: send another one'

type Refusal = (code: 'failed' | ConversationError['code'], reason: string, cause?: unknown) => ConversationError

/** @param otherwise the code of what failed */
function refusal(verb: string, otherwise: ConversationError['code']): Refusal {
  return (code, reason, cause) =>
    new ConversationError(code === 'failed' ? otherwise : code, `unable to ${verb} the prompt; ${reason}`, cause)
}

function notPermitted({ clientId }: Message, refuse: Refusal): ConversationError {
  return refuse('not-permitted', `only its author${clientId === undefined ? '' : `, "${clientId}",`} may: ask there`)
}

/** Why a prompt waits for no agent any more; undefined if it does. */
function taken(state: Conversation, { id }: Message): string | undefined {
  switch (selectPromptStates(state).get(id)) {
    case 'answered':
      return 'an agent answers it: stop the answer, or send another prompt'
    case 'taken-in':
      return 'the running answer has taken it in: send another prompt'
    case 'withdrawn':
      return WITHDRAWN
    default:
      return undefined
  }
}

/** Whether an agent had begun to answer a prompt before its version `version`. */
function wasTaken(state: Conversation, prompt: string, version: string): boolean {
  return selectMessages(state).some(({ role, replyTo, id }) => role === 'assistant' && replyTo === prompt && id < version)
}
