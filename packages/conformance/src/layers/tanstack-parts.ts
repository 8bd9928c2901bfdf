import type { UIMessage } from '@tanstack/ai-client'
import type { ShownPart } from '../layer.ts'

type Call = Extract<UIMessage['parts'][number], { readonly type: 'tool-call' }>

const states: Readonly<Record<string, ShownPart['state']>> = {
  'approval-responded': 'decided',
  complete: 'done',
  error: 'refused',
}

/** Parts of TanStack AI. A call asks where the chat has an interrupt for it: that is what its pages show buttons for. */
export function tanStackParts(parts: UIMessage['parts'], asks: (call: Call) => boolean): ShownPart[] {
  return parts.flatMap((part): ShownPart[] => {
    if (part.type === 'text') return [{ type: 'text', text: part.content }]
    if (part.type === 'thinking') return [{ type: 'reasoning', text: part.content }]
    if (part.type !== 'tool-call') return []
    return [{ type: 'tool', text: '', callId: part.id, state: asks(part) ? 'asks' : (states[part.state] ?? 'called') }]
  })
}
