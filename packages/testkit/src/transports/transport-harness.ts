import type { ConversationEvent } from '@streamfold/core'
import type { ConversationTransport } from '@streamfold/core/transport'

/** Something that happens on a channel or to the connection of the transport under test. A key names a response within the story. */
export type StoryStep =
  | { readonly type: 'begin'; readonly key: string; readonly text: string }
  | { readonly type: 'append'; readonly key: string; readonly text: string }
  | { readonly type: 'enter' | 'leave' }
  /** The network is lost until `resume` (in time) or `lose` (too late: the attachment has no continuity). */
  | { readonly type: 'drop' | 'resume' | 'lose' }

/** What happens before the transport attaches, and while it is attached. An agent with the client id `agent` writes and is present. */
export interface TransportStory {
  readonly before?: readonly StoryStep[]
  readonly during?: readonly StoryStep[]
}

/** A transport under test, and its world. */
export interface OpenedTransport {
  /** On a channel of its own. It was never attached. */
  readonly transport: ConversationTransport
  /** Performs what happens `during` the attachment. Does nothing if the transport plays it by itself, like a recorded log. */
  perform(): Promise<void>
  /** Parses a message that the transport delivered. @param source absent for a message of the attachment */
  read(message: unknown, source?: 'history'): ConversationEvent
  /** Lets time pass until `seen` holds. @throws if it never does */
  until(seen: () => boolean): Promise<void>
}

/** A kind of transport. */
export interface TransportHarness {
  /** Why a case is not played, by its name. A case is also skipped if the transport lacks a capability that it needs. */
  readonly skip?: Readonly<Record<string, string>>
  open(story: TransportStory): Promise<OpenedTransport>
}

/** How a harness performs the steps of a story. */
export interface StoryWorld {
  /** @returns the serial of the response */
  begin(text: string): Promise<string>
  append(serial: string, text: string): Promise<unknown>
  enter(): Promise<unknown>
  leave(): Promise<unknown>
  /** Resolves when the network is lost. */
  drop(): Promise<unknown>
  /** Resolves when the transport is attached again. @param resumed whether in time */
  reconnect(resumed: boolean): Promise<unknown>
}

/** @param serials the responses so far, by key; new ones are added */
export async function performStory(steps: readonly StoryStep[], world: StoryWorld, serials: Map<string, string>): Promise<void> {
  for (const step of steps) {
    switch (step.type) {
      case 'begin':
        serials.set(step.key, await world.begin(step.text))
        break
      case 'append':
        await world.append(serials.get(step.key) ?? '', step.text)
        break
      case 'enter':
      case 'leave':
      case 'drop':
        await world[step.type]()
        break
      case 'resume':
      case 'lose':
        await world.reconnect(step.type === 'resume')
        break
      default:
        step satisfies never
    }
  }
}
