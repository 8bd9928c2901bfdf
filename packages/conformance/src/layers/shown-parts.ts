import type { ShownPart } from '../layer.ts'

/** A part in the shapes of the AI SDK, which several layers share. */
export interface UIPart {
  readonly type: string
  readonly text?: string
  readonly toolCallId?: string
  readonly state?: string
}

const states: Readonly<Record<string, ShownPart['state']>> = {
  'input-streaming': 'called',
  'input-available': 'called',
  'approval-requested': 'asks',
  'approval-responded': 'decided',
  'output-available': 'done',
  'output-error': 'refused',
  'output-denied': 'refused',
}

export function shownParts(parts: readonly UIPart[]): ShownPart[] {
  return parts.flatMap((part): ShownPart[] => {
    const { type, text = '', toolCallId, state } = part
    if (type === 'text' || type === 'reasoning') return [{ type, text }]
    if (toolCallId === undefined) return []
    return [{ type: 'tool', text: '', callId: toolCallId, state: states[state ?? ''] ?? 'called' }]
  })
}
