import type { Conversation, ConversationEvent, Headers, Message, PromptFile, Store } from '@streamfold/core'
import type { Outbound, PromptDraft } from '@streamfold/core/codec'
import type { ConversationTransport } from '@streamfold/core/transport'
import { filesOf, ownHeadersProblem, promptContents, promptHeaders, reservedHeaders } from '@streamfold/core/codec'
import {
  normalise,
  selectMessage,
  selectMessages,
  selectPath,
  selectPrompt,
  selectUnanswered,
  selectWaiting,
} from '@streamfold/core'
import type { Clock } from '../clock.ts'
import type { ConversationObserver } from '../conversation-observer.ts'
import { tickOf } from '../clock.ts'
import { ConversationError, reasonOf } from '../conversation-error.ts'
import { askedFor, findMessage, isOnChannel, promptOf } from './find-message.ts'
import { isAgent } from '../live/follow-agents.ts'
import { messageSize, sizesOf } from '../message-size.ts'
import type { NotifyAgent } from '../notify-agent.ts'
import { notify } from '../notify-agent.ts'
import { addressFiles } from '../files/prompt-files.ts'
import type { PromptInput, PromptOptions } from './prompt-options.ts'
import { kindOf, readPrompt } from './prompt-options.ts'
import { promptText } from './prompt-text.ts'
import { randomId } from '../random-id.ts'
import type { Reading } from '../live/reading.ts'
import { sayInDevelopment } from '../say-in-development.ts'
import type { Upload } from '../files/upload.ts'
import type { ViewHead } from '../open/view-head.ts'

/** Length of a trace context. */
const TRACEPARENT = 55
const TAKEN = 'another user has published under its id: write it again'

/** The actions of a user in a conversation. */
export interface Prompts {
  sendMessage(prompt: string | PromptInput, options: PromptOptions | undefined, by: Sender): Promise<void>
  /**
   * Publishes a prompt that makes a branch.
   * @param draft `edits` or `again`
   * @returns why it failed; undefined if it is on the channel
   */
  branch(key: string, contents: Contents, draft: Beside, by: Sender): Promise<Unsent | undefined>
  /** Asks an agent to answer a prompt that is on the channel. */
  ask(prompt: Message, notifyAgent: NotifyAgent): Promise<void>
  stop(target: string | undefined, by: Sender): Promise<void>
  /** @param regenerate asks for another response to a prompt; returns undefined where the channel's format has only one */
  retry(id: string, by: Sender, regenerate: (prompt: Message) => Promise<void> | undefined): Promise<void>
  /** The serial of a prompt that is being sent; undefined if it is not, or cannot be. */
  published(key: string): Promise<string | undefined>
}

/** For whom a prompt is published. */
export interface Sender {
  readonly head: ViewHead
  readonly notifyAgent: NotifyAgent | undefined
  readonly upload: Upload | undefined
  readonly observe: ConversationObserver | undefined
}

/** @param reading called for every publish: the codec, and how its acknowledgement is parsed */
export function createPrompts(transport: ConversationTransport, store: Store, clock: Clock, reading: () => Reading): Prompts {
  const codec = () => reading().codec
  /** Unacknowledged publishes by prompt key: `stop` waits for them to learn the serial. */
  const publishing = new Map<string, Promise<string | undefined>>()
  /** Ends the wait for the channel's echo of a prompt whose agent has already failed, by serial. */
  const echoWaits = new Map<string, () => void>()
  /** What prompts have beside their contents that the channel does not have yet, by prompt key. */
  const unsent = new Map<string, Beside>()

  const report = (...events: readonly ConversationEvent[]) => store.dispatch([tickOf(clock, store.getState()), ...events])

  async function publish(key: string, contents: Contents, { notifyAgent, observe }: Sender): Promise<Unsent | undefined> {
    const clientId = transport.clientId
    const observed = observe?.prompt?.({ channelName: transport.name, key })
    if (observed) unsent.set(key, { ...unsent.get(key), traceparent: observed.traceparent })
    if (clientId === undefined && transport.connectionState === 'connected')
      sayInDevelopment(
        () =>
          `prompts on "${transport.name}" have no author, so nobody can tell whose they are: give the client, or its token, a client id`,
      )
    let messages = show(key, contents)
    const behind = parentOnChannel(key)
    const all = behind ? behind.then(() => publishAll((messages = show(key, contents)))) : publishAll(messages)
    const published = all.then(
      ([serial]) => serial,
      () => undefined,
    )
    publishing.set(key, published)
    try {
      const serials = await all
      const [serial] = serials
      unsent.delete(key)
      if (!serial || isOthers(serial)) {
        observed?.ended(undefined, new Error(serial ? TAKEN : NO_SERIAL))
        return failed(key, serial ? TAKEN : NO_SERIAL)
      }
      observed?.ended(serial)
      report(...serials.map((each, at) => acknowledged(key, contents, messages[at]!, each))) // As many serials as messages.
      if (notifyAgent) void ask(serial, headersIn(messages[0]!, serial), notifyAgent)
      return undefined
    } catch (cause) {
      observed?.ended(undefined, cause)
      return failed(key, reasonOf(cause), cause)
    } finally {
      publishing.delete(key)
    }
  }

  /** @returns the serials; none where the service did not return them */
  async function publishAll(messages: readonly Outbound[]): Promise<readonly string[]> {
    const [first] = messages
    if (first && messages.length === 1) {
      const serial = await transport.publish(first)
      return serial === undefined ? [] : [serial]
    }
    return (await transport.publishAll?.(messages)) ?? []
  }

  function failed(key: string, reason: string, cause?: unknown): Unsent {
    report({ type: 'prompt-failed', key, error: reason })
    return { reason, cause }
  }

  /** Shows a prompt as being sent. @returns the messages to publish */
  function show(key: string, contents: Contents): readonly Outbound[] {
    const clientId = transport.clientId
    const { headers: _, traceparent: __, ...named } = unsent.get(key) ?? {}
    const { permissions, agent } = reading()
    const branches = named.edits !== undefined || named.again !== undefined
    const mayEdit = branches
      ? (permissions?.mayEdit?.(clientId) ?? (clientId !== undefined && isAgent(clientId, agent) ? true : undefined))
      : undefined
    const { text, files } = contents
    report({
      type: 'prompt-sent',
      key,
      text,
      at: clock.now(),
      ...(files.length > 0 && { files }),
      ...given({ ...named, clientId, mayEdit }),
    })
    return compose(key, contents, unsent.get(key))
  }

  /** Waits until the channel has what a prompt follows, and names that by its serial; undefined if there is nothing to wait for. */
  function parentOnChannel(key: string): Promise<void> | undefined {
    const beside = unsent.get(key)
    const parent = beside?.parent === undefined ? undefined : findMessage(store.getState(), beside.parent)
    if (!beside || !parent || (isOnChannel(parent) && parent.id === beside.parent)) return undefined
    return follow(key, beside, parent)
  }

  async function follow(key: string, beside: Beside, parent: Message): Promise<void> {
    const serial = isOnChannel(parent) ? parent.id : await published(parent.key)
    if (serial === undefined) throw new Error('the edit that it follows is not on the channel: retry that first')
    unsent.set(key, { ...beside, parent: serial })
  }

  /** What a prompt follows that is sent now: the last message of the path. Of what the channel does not have yet, only an edit, which makes a branch. */
  function lastOf(head: ViewHead, key: string): string | undefined {
    const state = store.getState()
    const known = findMessage(state, key)
    if (known) return known.parent
    return selectPath(state, head.in(state)).findLast((message) => isOnChannel(message) || message.edits !== undefined)?.id
  }

  /** Whether another user published under the same id before: the service keeps the first of two messages with one id (P6). */
  function isOthers(serial: string): boolean {
    const known = selectMessage(store.getState(), serial)
    const own = transport.clientId
    return known !== undefined && own !== undefined && known.clientId !== own
  }

  /** The prompt that waits for its answer on a path: of several people's prompts, this client's newest. */
  function waitingPrompt(state: Conversation, head: string | undefined): Message | undefined {
    const newest = selectUnanswered(state, head)
    const own = transport.clientId
    if (!newest || own === undefined || newest.clientId === own) return newest
    const path = selectPath(state, head)
    const mine = path.findLast(({ role, clientId }) => role === 'user' && clientId === own)
    const answered = path.some(({ role, id }) => role === 'assistant' && selectPrompt(state, id)?.id === mine?.id)
    return mine && !answered && mine.status !== 'deleted' ? mine : newest
  }

  /** Folds the acknowledged prompt. Its echo may never arrive, because a client may connect without echo (P27). */
  function acknowledged(key: string, contents: Contents, message: Outbound, serial: string): ConversationEvent {
    const clientId = transport.clientId
    const raw = { ...message, clientId, serial, action: 'message.create', timestamp: clock.now() }
    const event = normalise(raw, { ...reading(), source: 'local' })
    if ('role' in event) return { ...event, messageId: key }
    // A product's `text` that only reads its agent's data.
    const { data } = promptContents(contents.text, contents.files)
    const read = normalise(raw, { text: () => data, agent: () => false, source: 'local' })
    return 'role' in read ? { ...read, messageId: key } : read
  }

  function compose(key: string, contents: Contents, { headers, ...named }: Beside = {}): readonly Outbound[] {
    const { prompt = promptMessage, promptWithFiles } = codec() ?? {}
    const { clientId } = transport
    const draft = { key, ...contents, headers, ...named, messages: selectMessages(store.getState()), clientId }
    return contents.files.length > 0 && promptWithFiles ? promptWithFiles(draft) : [prompt(draft)]
  }

  /** The headers that a codec reads from a message that it encoded. */
  function headersIn(message: Outbound, serial: string): Partial<Headers> | undefined {
    const event = codec()?.parse({ ...message, serial, action: 'message.create' }, {})
    return event && 'headers' in event ? event.headers : undefined
  }

  async function ask(serial: string, headers: Partial<Headers> | undefined, notifyAgent: NotifyAgent): Promise<void> {
    echoWaits.get(serial)?.()
    report({ type: 'prompt-unanswered', serial, error: undefined })
    try {
      await notify(notifyAgent, { channelName: transport.name, promptSerial: serial, ...(headers && { headers }) })
    } catch (error) {
      reportUnanswered(serial, reasonOf(error))
    }
  }

  /** Reports why a prompt is unanswered, once the channel has the prompt. */
  function reportUnanswered(serial: string, error: string): void {
    if (selectMessage(store.getState(), serial)) return report({ type: 'prompt-unanswered', serial, error })
    echoWaits.get(serial)?.()
    const stop = store.subscribeTo(serial, (message) => {
      if (!message) return
      echoWaits.get(serial)?.()
      report({ type: 'prompt-unanswered', serial, error })
    })
    echoWaits.set(serial, () => {
      echoWaits.delete(serial)
      stop()
    })
  }

  async function send(prompt: string | PromptInput, options: PromptOptions | undefined, by: Sender): Promise<void> {
    const { upload, head, observe } = by
    const { text: typed, files: given = [], headers, id: key = randomId(), into } = readPrompt(prompt, options)
    const text = promptText(typed)
    if (text === '' && given.length === 0)
      throw new ConversationError('empty-prompt', 'unable to send the prompt; it is empty: write something first')
    const problem = ownHeadersProblem(headers)
    if (problem !== undefined) throw new ConversationError('wrong-headers', `unable to send the prompt; ${problem}`)
    if (given.length > 0 && codec()?.prompt && !codec()?.promptWithFiles) throw noFiles('this channel’s format has no files')
    const having = addressFiles(given, upload)
    // Only where something is uploaded: otherwise the prompt is shown in the task of the call.
    const files = having instanceof Promise ? await having : having
    const beside: Beside = { headers, into: steered(into, head), parent: lastOf(head, key) }
    // The trace begins when it is published; until then there is room for its name.
    const messages = compose(key, { text, files }, observe ? { ...beside, traceparent: '-'.repeat(TRACEPARENT) } : beside)
    if (messages.length > 1 && !transport.publishAll)
      throw noFiles('its parts are several messages here, which this transport cannot publish together')
    // The service limits the sum of messages that are published together.
    const size = messages.reduce((sum, message) => sum + messageSize(message, transport.clientId), 0)
    const limit = transport.maxMessageSize
    if (size > limit) throw tooLarge(size, limit, files.length > 0)
    unsent.set(key, beside)
    await publish(key, { text, files }, by)
  }

  async function published(key: string): Promise<string | undefined> {
    return publishing.get(key)
  }

  /** The serial that a prompt names to steer: of `running` the newest on the path. Undefined for a prompt of its own. */
  function steered(into: string | undefined, head: ViewHead): string | undefined {
    if (into !== 'running') return into
    const state = store.getState()
    return selectPath(state, head.in(state)).findLast(streams)?.id
  }

  /**
   * Of the path: what streams; otherwise the prompt that has no answer yet; otherwise the responses that wait for a person. If there is none of
   * these, what streams or waits elsewhere.
   */
  async function targets(head: ViewHead): Promise<readonly Target[]> {
    const state = store.getState()
    const shown = head.in(state)
    const path = selectPath(state, shown)
    const running = targetsAmong(path, streams)
    if (running.length > 0) return running
    const prompt = waitingPrompt(state, shown)
    if (prompt && prompt.status !== 'failed') {
      const serial = prompt.status === 'sending' ? await published(prompt.key) : prompt.id
      return serial ? [{ serial, message: prompt }] : []
    }
    const waiting = prompt ? [] : targetsAmong(path, waits)
    if (waiting.length > 0) return waiting
    const elsewhere = targetsAmong(selectMessages(state), streams)
    return elsewhere.length > 0 || prompt ? elsewhere : targetsAmong(selectMessages(state), waits)
  }

  function cancelOf({ serial, message }: Target): Outbound {
    const { cancel } = codec() ?? {}
    if (!cancel) return { name: 'cancel', extras: { headers: { target: serial } } }
    if (message) return cancel(message, randomId())
    const reason = 'it is not in this conversation: load older messages first'
    throw new ConversationError('stop-failed', `unable to stop the response; ${reason}`)
  }

  return {
    published,
    sendMessage: send,
    branch(key, contents, draft, by) {
      unsent.set(key, draft)
      return publish(key, contents, by)
    },
    ask: (prompt, notifyAgent) => ask(prompt.id, codec() && prompt.headers, notifyAgent),
    async stop(target, { head }) {
      const all =
        target === undefined ? await targets(head) : [{ serial: target, message: selectMessage(store.getState(), target) }]
      const cancels = all.map(cancelOf)
      try {
        await Promise.all(cancels.map((cancel) => transport.publish(cancel)))
      } catch (cause) {
        throw new ConversationError('stop-failed', `unable to stop the response; ${reasonOf(cause)}: try again`, cause)
      }
    },
    async retry(id, by, regenerate) {
      if (typeof (id as unknown) !== 'string') throw nothing(`it is ${kindOf(id)}: give the id or key of a message`)
      const { notifyAgent, head } = by
      const state = store.getState()
      const named = findMessage(state, id)
      if (!named) throw nothing('it is not in this conversation: load older messages first')
      const open = selectUnanswered(state, head.in(state))
      // A request for another response is on no path: its prompt stands for it.
      const message = open?.again !== undefined && selectPrompt(state, open.id)?.id === named.id ? open : named
      if (message.role === 'user') {
        if (message.status === 'deleted') throw nothing('it was deleted: send another one')
        if (message.status === 'sending') throw nothing('it is still being sent: wait for it')
        if (message.status === 'failed') {
          if (!unsent.has(message.key)) unsent.set(message.key, besideOf(message))
          const moves = (message.edits ?? message.again) !== undefined && head.in(state) !== message.id
          if (moves) head.choose(message.key)
          if ((await publish(message.key, contentsOf(message), by)) && moves) head.leave(message.key)
          return
        }
        if (notifyAgent) return ask(message.id, codec() && message.headers, notifyAgent)
        const prompt = selectPrompt(state, message.id) ?? message
        return regenerate(prompt) ?? send({ ...contentsOf(prompt), headers: ownHeaders(prompt) }, undefined, by)
      }
      if (message.status === 'streaming' || message.status === 'stalled')
        throw nothing('it is still being written: stop it first')
      const asked = askedFor(state, message)
      if (message.status === 'waiting') {
        if (selectWaiting(state).some((waiting) => waiting.message.id === message.id))
          throw nothing('it waits for an answer to its calls: answer them')
        if (!notifyAgent || !asked) throw nothing('it goes on when its agent is back: wait for it, or stop it')
        const answerId = codec() && lastAnswerTo(state, message)
        return notify(notifyAgent, {
          channelName: transport.name,
          promptSerial: asked.id,
          responseSerial: message.id,
          ...(answerId !== undefined && { answerId }),
        }).catch((cause: unknown) => {
          const reason = `no agent could be asked to go on: ${reasonOf(cause)}`
          throw new ConversationError('not-notified', `unable to retry the message; ${reason}: try again`, cause)
        })
      }
      const prompt = promptOf(state, message)
      if (prompt?.status === 'deleted') throw nothing('its prompt was deleted: send another one')
      if (!prompt) throw nothing('its prompt is not loaded: load older messages first')
      return regenerate(prompt) ?? send({ ...contentsOf(prompt), headers: ownHeaders(prompt) }, undefined, by)
    },
  }
}

const NO_SERIAL = 'the service returned no serial (take the conflation rule off this channel)'

/** What a prompt has beside its contents. */
type Beside = Partial<Pick<PromptDraft, 'headers' | 'into' | 'parent' | 'edits' | 'again' | 'traceparent'>>

/** Why a prompt is not on the channel. */
interface Unsent {
  readonly reason: string
  readonly cause: unknown
}

export interface Contents {
  readonly text: string
  readonly files: readonly PromptFile[]
}

function besideOf(message: Message): Beside {
  const { into, parent, edits, again } = message
  return { headers: ownHeaders(message), into, parent, edits, again }
}

/** The fields that have a value. */
function given<Fields extends object>(fields: Fields): { [Name in keyof Fields]?: NonNullable<Fields[Name]> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [Name in keyof Fields]?: NonNullable<Fields[Name]> // As filtered.
  }
}

function contentsOf(prompt: Message): Contents {
  return { text: prompt.text, files: filesOf(prompt) }
}

interface Target {
  readonly serial: string
  /** Undefined where it is not known here. */
  readonly message: Message | undefined
}

function targetsAmong(messages: readonly Message[], isTarget: (message: Message) => boolean): readonly Target[] {
  return messages.filter(isTarget).map((message) => ({ serial: message.id, message }))
}

function streams({ role, status }: Message): boolean {
  return role === 'assistant' && (status === 'streaming' || status === 'stalled')
}

function waits({ status }: Message): boolean {
  return status === 'waiting'
}

/** The product's own headers. */
export function ownHeaders({ headers }: Message): Partial<Headers> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !reservedHeaders.has(name)))
}

/** The id of the newest answer to the calls of a response. A codec's format may name the response by its key. */
function lastAnswerTo({ context }: Conversation, { id, key }: Message): string | undefined {
  return context.answers.findLast(({ target }) => target === id || target === key)?.messageId
}

function promptMessage({ key, text, files, headers, again, ...named }: PromptDraft): Outbound {
  const contents = promptContents(text, files)
  const all = promptHeaders({ ...named, again, headers: { ...headers, ...contents.headers } })
  return { id: key, name: 'prompt', ...(again === undefined && { data: contents.data }), extras: { headers: all } }
}

function nothing(reason: string): ConversationError {
  return new ConversationError('nothing-to-retry', `unable to retry the message; ${reason}`)
}

function noFiles(reason: string): ConversationError {
  return new ConversationError('wrong-file', `unable to send the prompt; ${reason}: send the text without them`)
}

function tooLarge(size: number, limit: number, hasFiles: boolean): ConversationError {
  const remedy = hasFiles ? 'shorten it, or send fewer files with it' : 'shorten it'
  return new ConversationError('prompt-too-large', `unable to send the prompt; ${sizesOf(size, limit)}: ${remedy}`)
}
