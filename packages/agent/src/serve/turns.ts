import type { Message } from '@streamfold/core'
import type { AgentChannel } from '@streamfold/core/transport'
import { selectMessages } from '@streamfold/core'
import { isOpen } from './assignment.ts'
import type { Clock } from '../clock.ts'
import { sleep } from '../clock.ts'

/** What becomes of a prompt that comes while an earlier one is being answered. */
export type PromptOrder = 'concurrently' | 'in-order' | 'interrupt'

/** Decides when, and for how long, a prompt has its turn. */
export interface Turns {
  /** A prompt is to be answered. Resolves when the model may be asked. @param stop ends its answer */
  take(prompt: Message, stop: (reason: Error) => void): Promise<void>
  /** A user has written a prompt, whoever will answer it. */
  heard(promptSerial: string, clientId: string | undefined): void
  done(promptSerial: string): void
}

export interface TurnsOptions {
  readonly channel: AgentChannel
  readonly order: PromptOrder
  readonly staleAfter: number
  readonly clock: Clock
}

interface Turn {
  /** The client id of who wrote the prompt. */
  readonly author: string | undefined
  readonly stop: (reason: Error) => void
  readonly ended: Promise<void>
  /** Aborted when it has ended, or is not wanted any more. */
  readonly over: AbortController
}

/** Pause before it is looked again whether another agent's response has ended, in milliseconds. */
const LOOK_AGAIN = 500

export function createTurns({ channel, order, staleAfter, clock }: TurnsOptions): Turns {
  const running = new Map<string, Turn>()

  const earlier = (promptSerial: string) => [...running].filter(([serial]) => serial < promptSerial).map(([, turn]) => turn)

  function interrupt(promptSerial: string, clientId: string | undefined): void {
    if (order !== 'interrupt') return
    for (const { author, stop } of earlier(promptSerial))
      if (author === clientId) stop(new DOMException('a newer prompt came', 'AbortError'))
  }

  /** Other agents' responses to earlier prompts; one that falls silent has lost its agent and holds nobody up. */
  async function othersEnded(promptSerial: string, over: AbortSignal): Promise<void> {
    while (!over.aborted) {
      const conversation = await channel.conversation().catch(() => undefined)
      if (!conversation) return // Out of reach: the answer itself will say so.
      const now = clock.now()
      const writing = selectMessages(conversation).some(
        (message) =>
          isOpen(message) &&
          message.replyTo !== undefined &&
          message.replyTo < promptSerial &&
          now - message.updatedAt <= staleAfter,
      )
      if (!writing) return
      await sleep(clock, LOOK_AGAIN, over)
    }
  }

  return {
    async take({ id: promptSerial, clientId: author }, stop) {
      const over = new AbortController()
      const ended = new Promise<void>((resolve) => over.signal.addEventListener('abort', () => resolve()))
      interrupt(promptSerial, author)
      const before = earlier(promptSerial).map((turn) => turn.ended)
      running.set(promptSerial, { author, stop, ended, over })
      if (order !== 'in-order') return
      await Promise.all(before)
      await othersEnded(promptSerial, over.signal)
    },
    heard: interrupt,
    done(promptSerial) {
      running.get(promptSerial)?.over.abort()
      running.delete(promptSerial)
    },
  }
}
