import type { Link } from './harness/link.ts'
import type { Step } from './harness/step.ts'

/**
 * What a page says of a message. `going`: more may come. `waiting`: for a person. `cut`: there is no more, and it is not whole (the page says
 * that it failed, was abandoned, or that its agent is gone). `stopped`: a person ended it.
 */
export type ShownStatus = 'going' | 'waiting' | 'complete' | 'stopped' | 'cut'

/** A part of a message as a page shows it. Parts that show nothing, such as the beginning of a step, are left out. */
export interface ShownPart {
  readonly type: 'text' | 'reasoning' | 'tool'
  /** Of a text or a reasoning; empty for a tool. */
  readonly text: string
  /** Of a tool: the id of its call, and what has become of it. */
  readonly callId?: string
  readonly state?: 'called' | 'asks' | 'decided' | 'done' | 'refused'
}

/** A message as a page shows it, whatever the layer calls its fields. */
export interface ShownMessage {
  readonly role: 'user' | 'assistant'
  readonly status: ShownStatus
  readonly parts: readonly ShownPart[]
}

/** A page that is open: what a person sees there, and can do. */
export interface Page {
  messages(): readonly ShownMessage[]
  /** Resolves when the page has done its part; the laws look at what is shown. */
  send(text: string): Promise<unknown>
  /** Approves a call that the page shows. */
  approve(callId: string): Promise<unknown>
  stop(): Promise<unknown>
  /** As a closed tab: nothing of the page goes on. */
  close(): Promise<unknown> | void
}

/** Faults that only some layers can have: those of the service in between, and changes by a moderator. */
export interface Faults {
  /** The service can no longer resume what this device missed. */
  readonly forget?: (device: string) => void
  /** The service stores the next piece of the answer, and does not deliver it to this device. */
  readonly lose?: (device: string) => void
  /** The service refuses the next piece of the answer, once. */
  readonly refuse?: () => void
  /** Everything is delivered twice to this device. */
  readonly duplicate?: (device: string) => void
  /** A moderator replaces the answer on the service. */
  readonly redact?: (replacement: string) => Promise<unknown>
}

export type Fault = keyof Faults

/** The process of the agent, under control of the laws. */
export interface Agent {
  /** The next call of the model. */
  asked(): Promise<Turn>
  /** How often the tool of this name was executed, by all processes. */
  executions(tool: string): number
  kill(): Promise<void>
  start(): Promise<void>
}

/** One call of the model: what it says is what the laws make it say. */
export interface Turn {
  say(...steps: readonly Step[]): Promise<void>
  /** Whether the agent has aborted the call. */
  readonly aborted: boolean
}

/** A law tried on a layer: its servers, agent and pages. */
export interface Stage {
  readonly agent: Agent
  readonly faults: Faults
  open(device: string, link: Link): Promise<Page>
  /** Between the agent and the service that it writes to. */
  readonly agentLink: Link
  close(): Promise<void>
}

/** Why a law is not kept by design, in the words of the layer's documentation, paraphrased. */
export interface Exclusion {
  readonly says: string
  readonly address: string
}

/** A library under test, set up as its documentation says. */
export interface Layer {
  /** Of the column, and of the option `--layer`. */
  readonly id: string
  readonly name: string
  /** Its folder below `layers`. */
  readonly folder: string
  /** The packages whose versions the table gives. */
  readonly packages: readonly string[]
  /** The set-up, in a sentence, and where it is documented. */
  readonly setUp: string
  readonly address: string
  /** Faults that this layer cannot have, each with the reason. */
  readonly without: Readonly<Partial<Record<Fault, string>>>
  /** Laws that it does not claim to keep, by their ids. */
  readonly excludes: Readonly<Record<string, Exclusion>>
  start(): Promise<Stage>
}
