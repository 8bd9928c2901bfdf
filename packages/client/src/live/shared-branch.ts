import type { Outbound } from '@streamfold/core/codec'
import type { ConversationTransport } from '@streamfold/core/transport'
import { ConversationError, reasonOf } from '../conversation-error.ts'

/** Tells the pages that look at a conversation together which branch one of them has chosen (P125). */
export interface SharedBranch {
  /** Publishes a choice. @param id of a message; undefined for the newest branch @throws ConversationError `branch-not-shared` */
  share(id: string | undefined): Promise<void>
  /** Reads a message of the channel. @returns whether it is a choice */
  receive(message: unknown): boolean
  /** Calls back with each choice, also of this page. @returns stops it */
  follow(listener: (id: string | undefined) => void): () => void
}

export function createSharedBranch(transport: ConversationTransport): SharedBranch {
  const listeners = new Set<(id: string | undefined) => void>()
  /** The serial of the newest choice. All pages end with that one, whatever they chose at the same time. */
  let newest = ''
  let unacknowledged = 0
  /** The newest choice of others that arrived while one of this page had no serial yet. */
  let held: Choice | undefined

  function tell(id: string | undefined): void {
    for (const listener of listeners) listener(id)
  }

  function take(choice: Choice): void {
    if (choice.serial !== '' && choice.serial <= newest) return
    newest = choice.serial || newest
    tell(choice.id)
  }

  return {
    async share(id) {
      tell(id)
      unacknowledged++
      try {
        const serial = await transport.publish(choiceMessage(id))
        if (serial !== undefined && serial > newest) newest = serial
      } catch (cause) {
        const reason = `${reasonOf(cause)}: choose it again`
        throw new ConversationError('branch-not-shared', `unable to share the branch; ${reason}`, cause)
      } finally {
        unacknowledged--
        if (unacknowledged === 0 && held) take(held)
        if (unacknowledged === 0) held = undefined
      }
    },
    receive(message) {
      const choice = readChoice(message)
      if (!choice) return false
      if (unacknowledged === 0) take(choice)
      else if (!held || choice.serial >= held.serial) held = choice
      return true
    },
    follow(listener) {
      const own = (id: string | undefined) => listener(id)
      listeners.add(own)
      return () => void listeners.delete(own)
    },
  }
}

interface Choice {
  readonly serial: string
  readonly id: string | undefined
}

function choiceMessage(id = ''): Outbound {
  return { name: 'branch', extras: { headers: { target: id }, ephemeral: true } }
}

function readChoice(message: unknown): Choice | undefined {
  const { name, serial, extras } = fieldsOf(message)
  if (name !== 'branch') return undefined
  const { target } = fieldsOf(fieldsOf(extras)['headers'])
  if (typeof target !== 'string') return undefined
  return { serial: typeof serial === 'string' ? serial : '', id: target === '' ? undefined : target }
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {} // As just checked.
}
