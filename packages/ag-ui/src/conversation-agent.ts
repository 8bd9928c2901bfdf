import type { AgentCapabilities, BaseEvent, Event, RunAgentInput } from '@ag-ui/core'
import type { AgentConfig, AgentSubscriber, RunAgentParameters, RunAgentResult } from '@ag-ui/client'
import { AbstractAgent } from '@ag-ui/client'
import type { OpenOptions } from '@streamfold/client'
import { reportUncaught } from '@streamfold/client'
import { stopAnswer } from '@streamfold/client'
import type { Message } from '@streamfold/core'
import { selectMessages, selectPath } from '@streamfold/core'
import type { Observable } from 'rxjs'
import { act } from './run/act.ts'
import type { Following } from './run/follow-thread.ts'
import { followThread } from './run/follow-thread.ts'
import { askedOfPage } from './run/interrupts.ts'
import type { Followed } from './run/progress.ts'
import type { ReadPrompt } from './run/prompt-of.ts'
import { promptOf } from './run/prompt-of.ts'
import { runEvents } from './run/run-events.ts'
import { entriesOf, promptId } from './shown/entries-of.ts'
import type { Entry } from './shown/entry.ts'
import { messagesIn } from './shown/entry.ts'
import type { Thread, ThreadSource } from './thread.ts'
import { nameOf, threadOf } from './thread.ts'

/** Options of `ConversationAgent`: those of AG-UI, those of the conversation (`agent`, `notifyAgent`, `history`, …; see `OpenOptions`), and how prompts are read. */
export interface ConversationAgentOptions extends AgentConfig, OpenOptions {
  /** The published content of a user's message. Default: its text parts and its files. Context, tools, state and properties of a run are published only if it puts them into headers. */
  readonly prompt?: ReadPrompt
  /** Receives failures that no caller awaits, for example a stop that could not be published. Default: an uncaught error. */
  readonly onError?: (error: unknown) => void
}

/** What an agent and its clones share, and what each has of its own. `clone` of AG-UI makes objects without running a constructor. */
interface Own {
  readonly source: ThreadSource | ((threadId: string) => ThreadSource)
  readonly options: OpenOptions
  readonly read: ReadPrompt
  readonly onError: (error: unknown) => void
  readonly threads: Map<string, Thread>
}

/**
 * A conversation as an agent of AG-UI: `runAgent` publishes the page's prompt and gives the events of its answer, `connectAgent` gives the conversation so
 * far and what goes on in it. Every event is made from the messages of the conversation, so a page has the same ones after a reload, in another tab, and
 * after a lost connection.
 */
export class ConversationAgent extends AbstractAgent {
  private own: Own
  /** What the page was shown last. */
  private told: readonly Entry[] = []
  /** What the present run follows. */
  private followed: Followed | undefined
  /** How many runs are under way. */
  private running = 0
  /** Whether nobody runs the agent, and nobody is about to. */
  private isIdle = true
  /** Resolves at the end of the last run that was begun. */
  private last: Promise<void> = Promise.resolve()
  private followings = new Set<Following>()

  /**
   * @param source a channel, a transport or an open conversation; or what returns one for a thread id, for a page with several threads
   * @throws ConversationError `no-channel`, `no-channel-name`, `wrong-option`
   */
  constructor(source: ThreadSource | ((threadId: string) => ThreadSource), options: ConversationAgentOptions = {}) {
    const { agentId, description, threadId, initialMessages, initialState, debug, prompt, onError, ...open } = options
    const name = typeof source === 'function' ? undefined : nameOf(source)
    const config = { agentId, description, threadId: threadId ?? name, initialMessages, initialState, debug }
    // AG-UI's options are absent, and not undefined.
    super(Object.fromEntries(Object.entries(config).filter(([, value]) => value !== undefined)))
    this.own = { source, options: open, read: prompt ?? promptOf, onError: onError ?? reportUncaught, threads: new Map() }
    if (typeof source !== 'function') this.thread(this.threadId)
  }

  /** The conversation of the agent's thread: its store, `answer`, `edit`, `regenerate`, `siblings`, `choose`, `loadOlder` and the rest. */
  get conversation(): Thread['conversation'] {
    return this.thread(this.threadId).conversation
  }

  /** The message of the conversation that has a message of AG-UI, by the id of that. */
  find(id: string): Message | undefined {
    const messages = selectMessages(this.conversation.store.getState())
    return messages.findLast((message) => (message.role === 'user' ? promptId(message) === id : id.startsWith(`${message.id}/`)))
  }

  run(input: RunAgentInput): Observable<BaseEvent> {
    const { conversation } = this.thread(input.threadId)
    const { read, options } = this.own
    return this.events(input, () => act(input, { conversation, told: this.told, read, upload: options.upload }))
  }

  protected override connect(input: RunAgentInput): Observable<BaseEvent> {
    return this.events(input)
  }

  override async runAgent(parameters?: RunAgentParameters, subscriber?: AgentSubscriber): Promise<RunAgentResult> {
    const own = this.ownMessages()
    return this.counted(async () => {
      // The run before, which was left, may have written its messages over them.
      this.messages = [...this.messages, ...own.filter(({ id }) => this.messages.every((message) => message.id !== id))]
      await this.forgetAnswered(parameters?.resume ?? [])
      return super.runAgent(parameters, subscriber)
    })
  }

  /** The messages of the conversation, and what goes on in it until that has ended. What still waits for an answer comes again with the end. */
  override async connectAgent(parameters?: RunAgentParameters, subscriber?: AgentSubscriber): Promise<RunAgentResult> {
    return this.counted(() => {
      this.pendingInterrupts = []
      return super.connectAgent(parameters, subscriber)
    })
  }

  /** Stops the answer that the present run follows, in every tab. The run ends when the agent has stopped. Without a run it stops nothing. */
  override abortRun(): void {
    if (this.followed) this.stop(this.followed).catch(this.own.onError)
  }

  /**
   * Keeps `messages` and `pendingInterrupts` equal to the conversation between runs, and connects by itself when an answer begins elsewhere: in another tab,
   * or by another person. AG-UI has no events outside a run.
   * @returns ends the following, and stops no answer
   */
  follow(): () => void {
    const thread = this.thread(this.threadId)
    const following = followThread(thread, {
      isIdle: () => this.isIdle,
      connect: () => this.connectAgent(),
      onError: this.own.onError,
      show: (entries, interrupts) => {
        this.told = entries
        this.pendingInterrupts = [...interrupts]
        this.setMessages(messagesIn(entries))
      },
    })
    this.followings.add(following)
    return () => {
      this.followings.delete(following)
      following.stop()
    }
  }

  override getCapabilities(): Promise<AgentCapabilities> {
    return Promise.resolve({
      transport: { streaming: true, resumable: true },
      humanInTheLoop: { supported: true, approvals: true, interrupts: true },
      multimodal: { input: { image: true, audio: true, video: true, pdf: true, file: true } },
    })
  }

  override clone(): this {
    const cloned = super.clone() as ConversationAgent // Made with this prototype.
    cloned.own = this.own
    cloned.told = this.told
    cloned.followed = undefined
    cloned.running = 0
    cloned.isIdle = true
    cloned.last = Promise.resolve()
    cloned.isRunning = false
    cloned.followings = new Set()
    return cloned as this // As above.
  }

  private thread(threadId: string): Thread {
    const { source, options, threads } = this.own
    const name = typeof source === 'function' ? threadId : ''
    let thread = threads.get(name)
    if (!thread) threads.set(name, (thread = threadOf(typeof source === 'function' ? source(threadId) : source, options)))
    return thread
  }

  private events(input: RunAgentInput, begin?: () => ReturnType<typeof act>): Observable<BaseEvent> {
    return runEvents({
      thread: this.thread(input.threadId),
      input,
      ...(begin && { begin }),
      // Now: another run may change them before this one shows anything.
      before: this.messages.map(({ id, role }) => ({ id, role })),
      onShown: (entries) => (this.told = entries),
      onFollowed: (followed) => (this.followed = followed),
    }) as Observable<Event & { [key: string]: unknown }> // AG-UI's base of events has an index signature.
  }

  /** One run at a time: each would write `messages`. The one before is left, and stops no answer. */
  private async counted(work: () => Promise<RunAgentResult>): Promise<RunAgentResult> {
    const before = this.last
    let end = (): void => undefined
    this.last = new Promise((resolve) => (end = resolve))
    this.running++
    this.isIdle = false
    this.isRunning = true
    try {
      if (this.running > 1) {
        await this.detachActiveRun()
        // A run that was begun in this task can be detached in the next one only.
        await Promise.race([before, new Promise((resolve) => setTimeout(resolve))])
        await this.detachActiveRun()
        await before
      }
      return await work()
    } finally {
      end()
      this.running--
      this.isRunning = this.running > 0
      // A page that detaches a run begins another one in the same task.
      setTimeout(() => {
        if (this.running > 0) return
        this.isIdle = true
        for (const following of this.followings) following.look()
      })
    }
  }

  /** What the page has added to the conversation that it was shown. */
  private ownMessages(): AgentMessages {
    const told = new Set(messagesIn(this.told).map(({ id }) => id))
    return this.messages.filter(({ id, role }) => (role === 'user' || role === 'tool') && !told.has(id))
  }

  /** AG-UI refuses a run that does not answer each of them, also where somebody else has answered meanwhile: that the conversation says. */
  private async forgetAnswered(answered: readonly { readonly interruptId: string }[]): Promise<void> {
    const isAnswered = (id: string) => answered.some(({ interruptId }) => interruptId === id)
    if (this.pendingInterrupts.every(({ id }) => isAnswered(id))) return
    const { conversation, retain, ready } = this.thread(this.threadId)
    const release = retain()
    try {
      const state = (await ready(new AbortController().signal)) ?? conversation.store.getState()
      const { interrupts } = askedOfPage(state, entriesOf(selectPath(state, conversation.head(state))), conversation)
      this.pendingInterrupts = this.pendingInterrupts.filter(({ id }) => interrupts.some((one) => one.id === id))
    } finally {
      release()
    }
  }

  private async stop({ prompt, response }: Followed): Promise<void> {
    const { conversation, retain } = this.thread(this.threadId)
    const release = retain()
    try {
      if (prompt === undefined) await conversation.stop(response)
      else await stopAnswer(conversation, prompt)
    } finally {
      release()
    }
  }
}

type AgentMessages = AbstractAgent['messages']
