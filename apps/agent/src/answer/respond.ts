import type { LanguageModelV4 } from '@ai-sdk/provider'
import type { Source, Task } from '@streamfold/agent'
import { modelMessages } from '@streamfold/agent'
import type { ModelMessage } from 'ai'
import { isStepCount, streamText } from 'ai'
import type { FileStore } from '../data/file-store.ts'
import { fileIdIn } from '../data/file-store.ts'
import type { Outbox } from '../data/outbox.ts'
import { promptMark } from '../demo/prompt-mark.ts'
import { fitBudget } from './fit-budget.ts'
import type { DocsIndex } from '../tools/docs-index.ts'
import { citePages } from '../tools/cite-pages.ts'
import { createEmitter } from '../tools/emitter.ts'
import { createFoundPages } from '../tools/found-pages.ts'
import { createPeopleTools } from '../tools/people-tools.ts'
import { createTools } from '../tools/tools.ts'

const instructions =
  'You are a helpful assistant in a shared conversation. Answer in Markdown, in the language of the question, and to the point.'

/** Header of a response whose model did not receive the start of the conversation: how many messages were left out. */
const OMITTED = 'omitted'

/** Times that the model is asked for one answer; a model that calls tools without end would cost without end. */
const MOST_STEPS = 6

/**
 * Asks the model to answer a prompt, with the conversation before it, and with tools. Messages beyond the budget are left out, the oldest
 * first; the model is informed, and so are readers, by the header `omitted`.
 *
 * @param docs what the model may search
 * @param budget tokens for the conversation. Default 32 000.
 * @param outbox where invitations go. Default: the model has no tools that need people.
 * @param files what users have uploaded, which the model is given by its contents. Default: none.
 */
export function createRespond(
  model: LanguageModelV4,
  docs: DocsIndex,
  budget = 32_000,
  outbox?: Outbox,
  files?: Pick<FileStore, 'get'>,
): (task: Task) => Promise<Source> {
  const isOwn = (url: string): boolean => files !== undefined && fileIdIn(url) !== undefined
  const readFile = (url: string) => (isOwn(url) ? (files?.get(fileIdIn(url)!) ?? null) : undefined)
  return async ({ messages, prompt, attempt, signal, annotate, prepareStep }) => {
    const fitted = fitBudget(messages, budget)
    if (fitted.omitted > 0) annotate({ [OMITTED]: String(fitted.omitted) })
    const emitter = createEmitter()
    // Anyone may write a prompt with an address; once it cannot be downloaded, every later request of the conversation would fail.
    const options = { files: ({ url }: { readonly url: string }) => url.startsWith('data:') || isOwn(url) }
    const written = await modelMessages(fitted.messages, { ...options, readFile })
    const before = fitted.messages.slice(0, fitted.messages.findIndex(({ id }) => id === prompt.id) + 1)
    const at = modelMessages(before, options).length - 1
    const found = createFoundPages()
    const { stream } = streamText({
      model,
      instructions: fitted.omitted > 0 ? `${instructions}\n\n${omission(fitted.omitted)}` : instructions,
      messages: markPrompt(written, at, attempt),
      tools: { ...createTools(docs, emitter.emit, found), ...(outbox && createPeopleTools(outbox)) },
      stopWhen: isStepCount(MOST_STEPS),
      prepareStep,
      abortSignal: signal,
      onError: () => undefined, // the stream says it too, to the agent's log; the default prints it, and whatever secret its message holds
    })
    return citePages(emitter.read(stream), found)
  }
}

/** Marks the prompt, for the demo model: what users add while the tools run is written like a prompt. Other models do not read the mark. */
function markPrompt(messages: ModelMessage[], at: number, attempt: number): ModelMessage[] {
  return messages.map((message, index) => (index === at ? { ...message, providerOptions: promptMark(attempt) } : message))
}

function omission(count: number): string {
  return `The conversation is longer than you can be shown: its first ${count} messages are left out. Say so when asked about them.`
}
