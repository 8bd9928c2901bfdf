import type { Conversation, ConversationEvent, Store } from '@streamfold/core'
import { emptyConversation, normalise, selectMessage, selectMessages } from '@streamfold/core'
import type { ConversationTransport } from '@streamfold/core/transport'
import { selectEffects } from '@streamfold/core/transport'
import type { Answers } from '../answers/answers.ts'
import { createAnswers } from '../answers/answers.ts'
import type { BranchActions } from '../prompts/branch-actions.ts'
import { createBranchActions } from '../prompts/branch-actions.ts'
import type { Clock } from '../clock.ts'
import { everySecond, onward, systemClock, tickOf } from '../clock.ts'
import { followAgents } from './follow-agents.ts'
import type { HistoryReader } from './history-reader.ts'
import { createHistoryReader } from './history-reader.ts'
import { createLiveStore } from './live-store.ts'
import { readMessage, readVersions } from './message-reader.ts'
import type { OpenOptions, SharedOptions } from '../open/open-options.ts'
import { selectError } from '../open/conversation-view.ts'
import { sayInDevelopment } from '../say-in-development.ts'
import { createEffectRunner } from './perform-effects.ts'
import { createPromptChanges } from '../prompts/prompt-changes.ts'
import type { Prompts } from '../prompts/prompts.ts'
import { createPrompts } from '../prompts/prompts.ts'
import { readingOf } from './reading.ts'
import { restore } from '../open/restore.ts'
import type { SharedBranch } from './shared-branch.ts'
import { createSharedBranch } from './shared-branch.ts'

/** The conversation on a transport, shared by its openers. It can be started again after it was stopped. */
export interface LiveConversation {
  readonly store: Store
  readonly prompts: Prompts
  readonly answers: Answers
  readonly branches: BranchActions
  /** The branch that pages look at together. */
  readonly together: SharedBranch
  readonly clock: Clock
  /** The combined options of its openers. */
  options(): SharedOptions
  /** Changes the combined options, and reads more history if more is asked for than was read. */
  setOptions(options: SharedOptions): void
  /** The state at its start: what a server with the same options has rendered. */
  readonly initial: Conversation
  start(): void
  /** @param successor another conversation on the transport, which takes over the attachment */
  stop(successor?: LiveConversation): void
  /** Takes over an attachment, and with it the duty to detach. */
  transferAttachment(): void
  connect(): Promise<void>
  disconnect(): Promise<void>
  loadOlder: HistoryReader['loadOlder']
}

const choice: ConversationEvent = { type: 'ignored', reason: 'it chooses a branch, which changes no message (P129)' }

/** Milliseconds after a tick at which the next one is overdue. */
const LATE = 2_000

/** @param options until `setOptions` @param given the state to begin with */
export function createLiveConversation(
  transport: ConversationTransport,
  options: SharedOptions,
  given: OpenOptions['initial'],
): LiveConversation {
  const clock = onward(() => options.clock ?? systemClock)
  const initial = given ? restore(given) : emptyConversation()
  const store = createLiveStore(initial, options.log, clock, settle)
  const { dispatch, receive } = store
  let read = readingOf(options)
  const reading = () => read
  const prompts = createPrompts(transport, store, clock, reading)
  const changes = createPromptChanges(transport, store, clock, reading, prompts.published)
  const branches = createBranchActions(transport, store, reading, prompts, changes)
  const answers = createAnswers(transport, store, clock, reading)
  const together = createSharedBranch(transport)
  let running = false
  let unsubscribe: (() => void) | undefined
  /** Whether the user wants the channel attached. */
  let wanted = true
  let attachedHere = false
  /** Whether the attachment existed before this conversation subscribed. */
  let joinedLate = false
  let toldWrong = false
  let stops: readonly (() => void)[] = []

  const agents = followAgents(transport, () => options.agent, dispatch)
  const history = createHistoryReader({
    transport,
    reading,
    history: () => options.history ?? 100,
    since: () => options.since,
    oldest: () => selectMessages(initial).find(({ source }) => source !== 'local')?.id,
    count: () => selectMessages(store.getState()).length,
    joinedLate: () => joinedLate,
    receive: (events, messages = []) => {
      events.forEach(sayWhoClaims)
      receive([tick(), ...events], [undefined, ...messages])
    },
  })
  const effects = createEffectRunner({
    fetchHistory: (effect, signal) => void history.fetch(effect, signal),
    fetchMessage: ({ serial }, signal) => void readMessage(transport, serial, { reading, clock, receive, signal }),
    fetchVersions: (effect, signal) => void readVersions(transport, effect, { reading, clock, receive, signal }),
  })

  function settle(): void {
    if (!running) return
    effects.perform(selectEffects(store.getState()))
  }

  function everyTick(): void {
    const { open } = store.getState().context
    dispatch(tick())
    sayWhatNeverGrew(open)
  }

  function tick(): ConversationEvent {
    return tickOf(clock, store.getState())
  }

  function onMessage(message: unknown): void {
    // Not by a codec, which may take it for a message.
    const event = together.receive(message) ? choice : normalise(message, read)
    sayWhoClaims(event)
    // Ticks of a hidden or busy page are late, so a message that arrives now must not get the time of the last tick.
    if (clock.now() - store.getState().context.now > LATE) receive([tick(), event], [undefined, message])
    else receive(event, [message])
  }

  /** Warns the developer about a message whose headers claim an agent; only the client id makes one. */
  function sayWhoClaims(event: ConversationEvent): void {
    if (!('role' in event) || event.role !== 'user' || event.headers?.['role'] !== 'assistant') return
    sayInDevelopment(
      () =>
        `"${event.clientId}" writes answers on "${transport.name}" and is not named as an agent, so they are shown as a user's: name it in the option \`agent\` if it is one`,
    )
  }

  /** A channel whose messages cannot be changed (P9) takes the beginning of a response, and refuses all that comes after, its end too. */
  function sayWhatNeverGrew(open: readonly string[]): void {
    const state = store.getState()
    const empty = open
      .map((serial) => selectMessage(state, serial))
      .some(
        (message) =>
          (message?.status === 'stalled' || message?.status === 'abandoned') &&
          message.text === '' &&
          message.version === message.id,
      )
    if (!empty) return
    const [namespace, rest] = transport.name.split(':')
    const where = rest === undefined ? 'that its name begins with, and begin its name with one ("ai:…")' : `"${namespace}"`
    sayInDevelopment(
      () =>
        `an answer on "${transport.name}" was begun and nothing came after it: if its agent reports error 93002, add the rule "Message annotations, updates, deletes and appends" to the namespace ${where} of your Ably app`,
    )
  }

  /** Once, until the problem has been solved. */
  function sayWhatIsWrong(): void {
    const { channel: at, connection: by } = store.getState().context
    if (at.status === 'live') toldWrong = false
    if (toldWrong || (at.status !== 'failed' && !by.refused)) return
    toldWrong = true
    sayInDevelopment(() => `"${transport.name}": ${selectError(store.getState())}`)
  }

  function follow(): () => void {
    let first = true
    let before = ''
    const stop = transport.observe((event) => {
      if (event.type === 'channel') {
        if (event.state === 'attached') {
          wanted = true
          // A channel that attaches directly after detaching has dropped messages in between, and its attach point is the old one.
          if (!event.resumed) joinedLate = first || before === 'detached'
        }
        // It was detached on purpose while the connection was up.
        if (event.state === 'detached' && transport.connectionState === 'connected' && !first) wanted = false
        before = event.state
      }
      dispatch([tick(), event])
      sayWhatIsWrong()
      if (event.type === 'channel' && event.state === 'attached') agents.refresh()
      if (event.type === 'connection' && event.state === 'connected') answers.resume()
      // The client does not attach a channel again that went down with its connection.
      if (event.type === 'connection' && event.state === 'connected' && !first && wanted && down()) void attach()
    })
    first = false
    return stop
  }

  function down(): boolean {
    return ['initialized', 'detached', 'failed'].includes(transport.channelState)
  }

  function listen(): void {
    unsubscribe ??= transport.subscribe(onMessage)
    if (options.codec?.presence !== false) agents.listen()
  }

  async function attach(): Promise<void> {
    if (!['attached', 'attaching'].includes(transport.channelState)) attachedHere = true
    // Before the attachment, so that this conversation receives all that it delivers.
    listen()
    try {
      await transport.attach({ rewind: options.rewind ?? '2m' })
      agents.refresh()
    } catch {
      // `observe` reports the reason.
    }
  }

  return {
    store,
    prompts,
    branches,
    together,
    answers,
    clock,
    loadOlder: history.loadOlder,
    initial,
    options: () => options,
    setOptions(changed) {
      options = changed
      read = readingOf(options)
      store.setLog(options.log)
      if (running) void history.readMore()
    },
    start() {
      running = true
      wanted = true
      attachedHere = false
      // Otherwise a page that opens and releases conversations all day would keep everything that was read each time.
      store.beginLog()
      dispatch(tick())
      stops = [follow(), everySecond(clock, everyTick)]
      void attach()
    },
    stop(successor) {
      running = false
      for (const stop of stops) stop()
      effects.stop()
      agents.stop()
      unsubscribe?.()
      unsubscribe = undefined
      if (attachedHere && successor) successor.transferAttachment()
      else if (attachedHere) transport.detach().catch(() => {})
      dispatch([tick(), { type: 'channel', state: 'detached' }])
    },
    transferAttachment: () => void (attachedHere = true),
    async connect() {
      wanted = true
      transport.connect()
      if (running) await attach()
    },
    async disconnect() {
      wanted = false
      // A failed channel cannot be detached; a refusal shows as the state that stays.
      await transport.detach().catch(() => {})
    },
  }
}
