import type { useChat } from '@tanstack/ai-react'
import { browserFetch } from '../../harness/browser-fetch.ts'
import type { Page, ShownMessage, ShownPart, ShownStatus } from '../../layer.ts'
import { tanStackParts } from '../tanstack-parts.ts'
import type { sendTool } from './tools.ts'

type Chat = ReturnType<typeof useChat<readonly [typeof sendTool]>>

/** What a page shows of `useChat`. @param stopUrl the server's own way to stop */
export function tanStackPage({ current, unmount }: { current: () => Chat; unmount: () => void }, stopUrl: string): Page {
  const interruptOf = (callId: string) =>
    current().interrupts.find((interrupt) => interrupt.kind === 'tool-approval' && interrupt.toolCallId === callId)
  return {
    messages() {
      // It has a message for each call of the model; those that follow a prompt are its answer.
      const shown: { readonly role: ShownMessage['role']; readonly parts: ShownPart[] }[] = []
      for (const message of current().messages) {
        const parts = tanStackParts(message.parts, ({ id }) => interruptOf(id) !== undefined)
        const last = shown.at(-1)
        if (message.role !== 'user' && last?.role === 'assistant') last.parts.push(...parts)
        else shown.push({ role: message.role === 'user' ? 'user' : 'assistant', parts })
      }
      return shown.map(({ role, parts }, at) => ({
        role,
        parts,
        status: role === 'user' || at < shown.length - 1 ? 'complete' : status(),
      }))
    },
    send: (text) => current().sendMessage(text),
    async approve(callId) {
      const interrupt = interruptOf(callId)
      if (interrupt?.kind !== 'tool-approval') throw new Error(`unable to approve; ${callId} does not ask on the page`)
      interrupt.resolveInterrupt(true)
    },
    async stop() {
      await browserFetch(stopUrl, { method: 'POST' })
      current().stop()
    },
    close: unmount,
  }

  function status(): ShownStatus {
    const { status, error, interrupts, isLoading, sessionGenerating } = current()
    // Its code for a run that a person has stopped.
    if (status === 'error') return error && 'code' in error && error.code === 'aborted' ? 'stopped' : 'cut'
    if (isLoading || sessionGenerating) return 'going'
    return interrupts.length > 0 ? 'waiting' : 'complete'
  }
}
