import type { Message as AgUiMessage, RunAgentInput, UserMessage } from '@ag-ui/core'
import type { ConversationHandle, OpenOptions } from '@streamfold/client'
import { addressFiles, answerCalls, ConversationError, isRunning, isSamePrompt, randomId } from '@streamfold/client'
import type { Conversation, Message } from '@streamfold/core'
import { selectMessages, selectPath, selectPromptStates } from '@streamfold/core'
import { entriesOf, isFreeId, promptId } from '../shown/entries-of.ts'
import type { Entry } from '../shown/entry.ts'
import { decisionsIn } from './interrupts.ts'
import type { Followed } from './progress.ts'
import type { Prompt, ReadPrompt } from './prompt-of.ts'

type Conversing = Pick<ConversationHandle, 'store' | 'head' | 'sendMessage' | 'answer' | 'edit' | 'regenerate' | 'retry'>

/** Options of `act`. */
export interface ActOptions {
  readonly conversation: Conversing
  /** What the page was shown last: of all others it has removed nothing. */
  readonly told: readonly Entry[]
  readonly read: ReadPrompt
  /** For the files of a prompt that is edited. */
  readonly upload: OpenOptions['upload']
}

/** What a run has begun. */
export interface Acting {
  /** What the run follows, as far as is known now. */
  followed(): Followed
  /** Rejects with what was refused. */
  readonly done: Promise<void>
}

/**
 * Does what a run asks for: publishes the prompts that the conversation does not have, answers calls, asks for another response where the page has removed
 * the last one, and edits a prompt in whose place the page has another. Prompts show in the same task, if nothing is to be uploaded.
 */
export function act(input: RunAgentInput, { conversation, told, read, upload }: ActOptions): Acting {
  const state = conversation.store.getState()
  const path = selectPath(state, conversation.head(state))
  const messages = input.messages.filter(({ role }) => role !== 'activity' && role !== 'reasoning')
  const results = messages.filter((message) => message.role === 'tool')
  const decided = decisionsIn(input.resume ?? [], results, state, entriesOf(path))
  const prompting = prompts(input, messages, { state, path, conversation, told, read, upload })
  const answering = answerCalls(decided, conversation)
  const response = decided[0]?.shown.message.id
  return {
    followed: () => prompting.followed() ?? (response === undefined ? {} : { response }),
    done: Promise.all([answering, prompting.done]).then(() => undefined),
  }
}

interface Prompting {
  followed(): Followed | undefined
  readonly done: Promise<unknown>
}

interface Known extends ActOptions {
  readonly state: Conversation
  readonly path: readonly Message[]
}

const nothing: Prompting = { followed: () => undefined, done: Promise.resolve() }

function prompts(input: RunAgentInput, messages: readonly AgUiMessage[], known: Known): Prompting {
  const { state, conversation, read, upload } = known
  const byId = new Map(
    selectMessages(state).flatMap((message) => (message.role === 'user' ? [[promptId(message), message] as const] : [])),
  )
  const users = messages.filter((message) => message.role === 'user')
  const from = users.findLastIndex(({ id }) => byId.has(id)) + 1
  const fresh = users.slice(from)
  if (fresh.length === 0) {
    const last = messages.at(-1)
    const prompt = last && byId.get(last.id)
    return last?.role === 'user' && prompt ? again(last, prompt, input, known) : nothing
  }
  let edited = replacedPrompt(messages, known)
  const sent = fresh.map((message) => {
    const prompt = read(message, input)
    const id = isFreeId(message.id) ? message.id : randomId()
    const replaced = edited
    edited = undefined
    const { text, ...more } = prompt
    return {
      id,
      done: replaced ? edit(conversation, replaced, prompt, id, upload) : conversation.sendMessage(text, { ...more, id }),
    }
  })
  return { followed: () => ({ prompt: sent.at(-1)!.id }), done: Promise.all(sent.map(({ done }) => done)) }
}

/** The prompt in whose place the page has another: the first one behind what the page has kept, if the page was shown it. */
function replacedPrompt(messages: readonly AgUiMessage[], { path, told }: Known): Message | undefined {
  const ids = new Set(messages.map(({ id }) => id))
  const next = path.findLastIndex((message) => idsOf(message).some((id) => ids.has(id))) + 1
  const prompt = path[next]
  return prompt?.role === 'user' && isTold(prompt, told) ? prompt : undefined
}

/** A run whose last message is a prompt that the conversation has. */
function again(message: UserMessage, prompt: Message, input: RunAgentInput, known: Known): Prompting {
  const { state, path, conversation, told, read, upload } = known
  const given = read(message, input)
  const id = randomId()
  if (!isSamePrompt(prompt, given)) return follow(edit(conversation, prompt, given, id, upload))
  const is = selectPromptStates(state).get(prompt.id)
  if (is === 'failed' || is === 'unanswered')
    return { followed: () => ({ prompt: prompt.key }), done: conversation.retry(prompt.id).catch(unlessNothing) }
  const answer = path[path.indexOf(prompt) + 1]
  const isRemoved = answer?.role === 'assistant' && !isRunning(answer) && isTold(answer, told)
  if (!isRemoved) return { followed: () => ({ prompt: prompt.key }), done: Promise.resolve() }
  return follow(conversation.regenerate(prompt.id, { ...(given.headers && { headers: given.headers }), id }))

  /** A prompt that no agent has taken yet is changed where it is. */
  function follow(work: Promise<void>): Prompting {
    let isDone = false
    const done = work.then(() => (isDone = true))
    const isNew = () => selectMessages(conversation.store.getState()).some(({ key }) => key === id)
    return { followed: () => ({ prompt: isDone && !isNew() ? prompt.key : id }), done }
  }
}

async function edit(
  conversation: Conversing,
  { id: edited }: Message,
  { text, files, headers }: Prompt,
  id: string,
  upload: OpenOptions['upload'],
): Promise<void> {
  const addressed = addressFiles(files ?? [], upload)
  // A prompt without files shows in the same task.
  const having = addressed instanceof Promise ? await addressed : addressed
  await conversation.edit(edited, text, { ...(headers && { headers }), files: having, id })
}

function isTold(message: Message, told: readonly Entry[]): boolean {
  const ids = idsOf(message)
  return told.some((entry) => entry.kind !== 'activity' && ids.includes(entry.id))
}

function idsOf(message: Message): readonly string[] {
  return entriesOf([message]).map(({ id }) => id)
}

/** An agent that subscribes to the channel needs no request. */
function unlessNothing(error: unknown): void {
  if (!(error instanceof ConversationError && error.code === 'nothing-to-retry')) throw error
}
