import type { Conversation, Message, MessageTypes, MessageTypesOf, Store, ToolsIn } from '@streamfold/core'
import { selectWaiting } from '@streamfold/core'
import { sleep } from '@streamfold/core/transport'
import type { CallPart, Decision } from './call.ts'
import { systemClock } from '../clock.ts'
import { ConversationError, reasonOf } from '../conversation-error.ts'
import type { SharedConversation } from '../open/open-conversation.ts'
import { sayInDevelopment } from '../say-in-development.ts'

/** What a tool of a page is given beside its input. */
export interface ClientToolContext<T extends MessageTypesOf<T> = MessageTypes> {
  readonly message: Message<T>
  readonly call: CallPart<T>
  /** Aborts when the call no longer waits: another page answered it, or its response was stopped. */
  readonly signal: AbortSignal
}

/** The tools that a page runs for an agent, by name. What one returns, as JSON, is the output of the call; what it throws is its error. */
export type ClientTools<T extends MessageTypesOf<T> = MessageTypes> = {
  readonly [Name in keyof ToolsIn<T> & string]?: (
    input: FieldOf<ToolsIn<T>[Name], 'input'>,
    context: ClientToolContext<T>,
  ) => FieldOf<ToolsIn<T>[Name], 'output'> | PromiseLike<FieldOf<ToolsIn<T>[Name], 'output'>>
}

type FieldOf<Tool, Field extends 'input' | 'output'> = Tool extends { readonly [Name in Field]: infer Value } ? Value : unknown

/** Milliseconds within which the channel delivers the answer of another page of the browser. */
const DELIVERY = 2_000

/**
 * Runs the calls that an agent asks a page to run, and answers them with what the tools return. A call runs in one of the pages of a browser
 * that are open, once; if that page is closed meanwhile, in another one. On two devices of a person it may run on both, and the first answer
 * counts: a tool that changes something must allow that, or ask first.
 *
 * @param tools read for each call, so it may return others each time
 * @returns stops it. What runs already is still answered
 */
export function runClientTools<T extends MessageTypesOf<T> = MessageTypes>(
  conversation: Pick<SharedConversation<T>, 'store' | 'answer' | 'mayAnswer'>,
  tools: () => ClientTools<T>,
): () => void {
  const { answer, mayAnswer } = conversation as unknown as Pick<SharedConversation, 'answer' | 'mayAnswer'> // The types of messages are a product's own view.
  const store = conversation.store as unknown as Store // Likewise.
  /** Calls that this page has begun, by name: each once, whatever becomes of its answer. */
  const begun = new Set<string>()

  function look(): void {
    for (const shown of selectWaiting(store.getState())) {
      const name = nameOf(shown)
      if (begun.has(name)) continue
      const tool = toolOf(tools() as ClientTools, shown.call) // Likewise.
      if (!tool || !mayAnswer(shown)) continue
      begun.add(name)
      void exclusively(name, (isSecond) => run(shown, tool, isSecond))
    }
  }

  /** @param isSecond whether something else ran the call until now: unless it was closed meanwhile, its answer is on its way */
  async function run(shown: Shown, tool: Tool, isSecond: boolean): Promise<void> {
    const ended = new AbortController()
    const check = (): void => {
      if (!waits(store.getState(), shown)) ended.abort()
    }
    const stop = store.subscribe(check)
    try {
      check()
      if (isSecond) await sleep(systemClock, DELIVERY, ended.signal)
      if (ended.signal.aborted) return
      const decision = await resultOf(tool, shown, ended.signal)
      if (ended.signal.aborted) return
      // The own answer ends the wait, too.
      stop()
      await give(shown, decision)
    } finally {
      stop()
    }
  }

  async function give(shown: Shown, decision: Decision): Promise<void> {
    try {
      await answer(shown, decision)
    } catch (error) {
      const code = error instanceof ConversationError ? error.code : undefined
      if (code === 'answer-too-large') return give(shown, { error: 'its output is too large to be sent' })
      if (code !== 'too-late') sayInDevelopment(() => reasonOf(error))
    }
  }

  const stop = store.subscribe(look)
  look()
  return stop
}

interface Shown {
  readonly message: Message
  readonly call: CallPart
}

type Tool = (input: unknown, context: ClientToolContext) => unknown

function toolOf(tools: ClientTools, call: CallPart): Tool | undefined {
  if (!call.wanted) return undefined
  const name = call.type === 'dynamic-tool' ? call.toolName : call.type.slice('tool-'.length)
  return Object.hasOwn(tools, name) ? tools[name] : undefined
}

function nameOf({ message, call }: Shown): string {
  return `streamfold ${message.id} ${call.toolCallId}`
}

function waits(state: Conversation, { message, call }: Shown): boolean {
  return selectWaiting(state).some((other) => other.message.id === message.id && other.call.toolCallId === call.toolCallId)
}

async function resultOf(tool: Tool, { message, call }: Shown, signal: AbortSignal): Promise<Decision> {
  try {
    const output = (await tool(call.input, { message, call, signal })) ?? null
    if (JSON.stringify(output) === undefined) return { error: 'its output is no JSON' }
    return { output }
  } catch (error) {
    return { error: reasonOf(error) }
  }
}

/** Runs one after the other what has the same name, in all pages of the browser. */
async function exclusively(name: string, run: (isSecond: boolean) => Promise<void>): Promise<void> {
  const locks = typeof navigator === 'undefined' ? undefined : (navigator as Partial<Navigator>).locks
  if (!locks) return exclusivelyHere(name, run)
  const isFree = await locks.request(name, { ifAvailable: true }, async (lock) => {
    if (lock) await run(false)
    return lock !== null
  })
  if (!isFree) await locks.request(name, () => run(true))
}

const running = new Map<string, Promise<void>>()

/** Without locks of the browser: in this page only. */
async function exclusivelyHere(name: string, run: (isSecond: boolean) => Promise<void>): Promise<void> {
  const before = running.get(name)
  const own = (before ?? Promise.resolve()).then(() => run(before !== undefined))
  running.set(name, own)
  await own
  if (running.get(name) === own) running.delete(name)
}
