import type { Conversation, ConversationEvent, Headers, Message, PromptFile, Store } from '@streamfold/core'
import type { Outbound, PromptDraft } from '@streamfold/core/codec'
import type { ConversationTransport } from '@streamfold/core/transport'
import { filesOf, ownHeadersProblem, promptContents, reservedHeaders } from '@streamfold/core/codec'
import { normalise, selectMessage, selectMessages, selectUnanswered, selectWaiting } from '@streamfold/core'
import type { Clock } from './clock.ts'
import { tickOf } from './clock.ts'
import { ConversationError, reasonOf } from './conversation-error.ts'
import { messageSize, sizesOf } from './message-size.ts'
import type { NotifyAgent } from './notify-agent.ts'
import { notify } from './notify-agent.ts'
import { addressFiles } from './prompt-files.ts'
import type { PromptInput, PromptOptions } from './prompt-options.ts'
import { kindOf, readPrompt } from './prompt-options.ts'
import { promptText } from './prompt-text.ts'
import { randomId } from './random-id.ts'
import type { Reading } from './reading.ts'
import { sayInDevelopment } from './say-in-development.ts'
import type { Upload } from './upload.ts'

const TAKEN = 'another user has published under its id: write it again'

/** The actions of a user in a conversation. */
export interface Prompts {
  sendMessage(
    prompt: string | PromptInput,
    options: PromptOptions | undefined,
    notifyAgent: NotifyAgent | undefined,
    upload: Upload | undefined,
  ): Promise<void>
  stop(target?: string): Promise<void>
  retry(id: string, notifyAgent: NotifyAgent | undefined): Promise<void>
  /** The serial of a prompt that is being sent; undefined if it is not, or cannot be. */
  published(key: string): Promise<string | undefined>
}

/** @param reading called for every publish: the codec, and how its acknowledgement is parsed */
export function createPrompts(transport: ConversationTransport, store: Store, clock: Clock, reading: () => Reading): Prompts {
  const codec = () => reading().codec
  /** Unacknowledged publishes by prompt key: `stop` waits for them to learn the serial. */
  const publishing = new Map<string, Promise<string | undefined>>()
  /** Ends the wait for the channel's echo of a prompt whose agent has already failed, by serial. */
  const waits = new Map<string, () => void>()
  /** What prompts have beside their contents that the channel does not have yet, by prompt key. */
  const unsent = new Map<string, Beside>()

  const report = (...events: readonly ConversationEvent[]) => store.dispatch([tickOf(clock, store.getState()), ...events])

  async function publish(key: string, contents: Contents, notifyAgent: NotifyAgent | undefined): Promise<void> {
    const clientId = transport.clientId
    if (clientId === undefined && transport.connectionState === 'connected')
      sayInDevelopment(
        () =>
          `prompts on "${transport.name}" have no author, so nobody can tell whose they are: give the client, or its token, a client id`,
      )
    const into = unsent.get(key)?.into
    const optional = { ...(into !== undefined && { into }), ...(clientId !== undefined && { clientId }) }
    const { text, files } = contents
    report({ type: 'prompt-sent', key, text, at: clock.now(), ...(files.length > 0 && { files }), ...optional })
    const messages = compose(key, contents, unsent.get(key))
    const all = publishAll(messages)
    const published = all.then(
      ([serial]) => serial,
      () => undefined,
    )
    publishing.set(key, published)
    try {
      const serials = await all
      const [serial] = serials
      unsent.delete(key)
      if (serial && isOthers(serial)) {
        report({ type: 'prompt-failed', key, error: TAKEN })
        return
      }
      if (serial) report(...serials.map((each, at) => acknowledged(key, contents, messages[at]!, each))) // As many serials as messages.
      else report({ type: 'prompt-failed', key, error: NO_SERIAL })
      if (serial && notifyAgent) void ask(serial, headersIn(messages[0]!, serial), notifyAgent)
    } catch (error) {
      report({ type: 'prompt-failed', key, error: reasonOf(error) })
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

  /** Whether another user published under the same id before: the service keeps the first of two messages with one id (P6). */
  function isOthers(serial: string): boolean {
    const known = selectMessage(store.getState(), serial)
    const own = transport.clientId
    return known !== undefined && own !== undefined && known.clientId !== own
  }

  /** The prompt that waits for its answer: of several people's prompts, this client's newest. */
  function waitingPrompt(state: Conversation): Message | undefined {
    const newest = selectUnanswered(state)
    const own = transport.clientId
    if (!newest || own === undefined || newest.clientId === own) return newest
    const messages = selectMessages(state)
    const mine = messages.findLast(({ role, clientId }) => role === 'user' && clientId === own)
    const answered = messages.some(({ role, replyTo }) => role === 'assistant' && replyTo === mine?.id)
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

  function compose(key: string, contents: Contents, { headers, into }: Beside = {}): readonly Outbound[] {
    const { prompt = promptMessage, promptWithFiles } = codec() ?? {}
    const { clientId } = transport
    const draft = { key, ...contents, headers, into, messages: selectMessages(store.getState()), clientId }
    return contents.files.length > 0 && promptWithFiles ? promptWithFiles(draft) : [prompt(draft)]
  }

  /** The headers that a codec reads from a message that it encoded. */
  function headersIn(message: Outbound, serial: string): Partial<Headers> | undefined {
    const event = codec()?.parse({ ...message, serial, action: 'message.create' }, {})
    return event && 'headers' in event ? event.headers : undefined
  }

  async function ask(serial: string, headers: Partial<Headers> | undefined, notifyAgent: NotifyAgent): Promise<void> {
    waits.get(serial)?.()
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
    waits.get(serial)?.()
    const stop = store.subscribeTo(serial, (message) => {
      if (!message) return
      waits.get(serial)?.()
      report({ type: 'prompt-unanswered', serial, error })
    })
    waits.set(serial, () => {
      waits.delete(serial)
      stop()
    })
  }

  async function send(
    prompt: string | PromptInput,
    options: PromptOptions | undefined,
    notifyAgent: NotifyAgent | undefined,
    upload?: Upload,
  ): Promise<void> {
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
    const beside: Beside = { headers, into: steered(into) }
    const messages = compose(key, { text, files }, beside)
    if (messages.length > 1 && !transport.publishAll)
      throw noFiles('its parts are several messages here, which this transport cannot publish together')
    // The service limits the sum of messages that are published together.
    const size = messages.reduce((sum, message) => sum + messageSize(message, transport.clientId), 0)
    const limit = transport.maxMessageSize
    if (size > limit) throw tooLarge(size, limit, files.length > 0)
    unsent.set(key, beside)
    await publish(key, { text, files }, notifyAgent)
  }

  async function published(key: string): Promise<string | undefined> {
    return publishing.get(key)
  }

  /** The serial that a prompt names to steer; undefined for a prompt of its own. */
  function steered(into: string | undefined): string | undefined {
    return into === 'running' ? store.getState().context.open.at(-1) : into
  }

  /** What streams; otherwise the prompt that has no answer yet; otherwise the responses that wait for a person. */
  async function targets(): Promise<readonly Target[]> {
    const state = store.getState()
    const { open } = state.context
    if (open.length > 0) return open.map((serial) => ({ serial, message: selectMessage(state, serial) }))
    const prompt = waitingPrompt(state)
    if (!prompt) {
      const waiting = selectMessages(state).filter(({ status }) => status === 'waiting')
      return waiting.map((message) => ({ serial: message.id, message }))
    }
    if (prompt.status !== 'sending') return prompt.status === 'failed' ? [] : [{ serial: prompt.id, message: prompt }]
    const serial = await published(prompt.key)
    return serial ? [{ serial, message: prompt }] : []
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
    async stop(target) {
      const all = target === undefined ? await targets() : [{ serial: target, message: selectMessage(store.getState(), target) }]
      const cancels = all.map(cancelOf)
      try {
        await Promise.all(cancels.map((cancel) => transport.publish(cancel)))
      } catch (cause) {
        throw new ConversationError('stop-failed', `unable to stop the response; ${reasonOf(cause)}: try again`, cause)
      }
    },
    async retry(id, notifyAgent) {
      if (typeof (id as unknown) !== 'string') throw nothing(`it is ${kindOf(id)}: give the id or key of a message`)
      const messages = selectMessages(store.getState())
      const message = messages.find((message) => message.id === id || message.key === id)
      if (!message) throw nothing('it is not in this conversation: load older messages first')
      if (message.role === 'user') {
        if (message.status === 'deleted') throw nothing('it was deleted: send another one')
        if (message.status === 'sending') throw nothing('it is still being sent: wait for it')
        if (message.status === 'failed') return publish(message.key, contentsOf(message), notifyAgent)
        return notifyAgent
          ? ask(message.id, codec() && message.headers, notifyAgent)
          : send({ ...contentsOf(message), headers: ownHeaders(message) }, undefined, undefined)
      }
      if (message.status === 'streaming' || message.status === 'stalled')
        throw nothing('it is still being written: stop it first')
      const prompt = promptOf(messages, message)
      if (message.status === 'waiting') {
        if (selectWaiting(store.getState()).some((waiting) => waiting.message.id === message.id))
          throw nothing('it waits for an answer to its calls: answer them')
        if (!notifyAgent || !prompt) throw nothing('it goes on when its agent is back: wait for it, or stop it')
        return notify(notifyAgent, { channelName: transport.name, promptSerial: prompt.id, responseSerial: message.id }).catch(
          (cause: unknown) => {
            const reason = `no agent could be asked to go on: ${reasonOf(cause)}`
            throw new ConversationError('not-notified', `unable to retry the message; ${reason}: try again`, cause)
          },
        )
      }
      if (prompt?.status === 'deleted') throw nothing('its prompt was deleted: send another one')
      if (!prompt) throw nothing('its prompt is not loaded: load older messages first')
      return send({ ...contentsOf(prompt), headers: ownHeaders(prompt) }, undefined, notifyAgent)
    },
  }
}

const NO_SERIAL = 'the service returned no serial (take the conflation rule off this channel)'

/** What a prompt has beside its contents. */
type Beside = Pick<PromptOptions, 'headers' | 'into'>

interface Contents {
  readonly text: string
  readonly files: readonly PromptFile[]
}

function contentsOf(prompt: Message): Contents {
  return { text: prompt.text, files: filesOf(prompt) }
}

interface Target {
  readonly serial: string
  /** Undefined where it is not known here. */
  readonly message: Message | undefined
}

/** The product's own headers. */
function ownHeaders({ headers }: Message): Partial<Headers> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !reservedHeaders.has(name)))
}

function promptMessage({ key, text, files, headers, into }: PromptDraft): Outbound {
  const contents = promptContents(text, files)
  const own = { ...headers, ...contents.headers, ...(into !== undefined && { into }) }
  return { id: key, name: 'prompt', data: contents.data, extras: { headers: { ...own, role: 'user' } } }
}

/** The prompt that a response names; if it names none, the prompt before it. */
function promptOf(messages: readonly Message[], response: Message): Message | undefined {
  if (response.replyTo !== undefined) return messages.find(({ id }) => id === response.replyTo)
  return messages.findLast(({ role, id }) => role === 'user' && id < response.id)
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
