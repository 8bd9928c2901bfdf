import type { VercelOutput } from '@ably/ai-transport/vercel'

const step = (...chunks: VercelOutput[]): VercelOutput[] => [{ type: 'start-step' }, ...chunks, { type: 'finish-step' }]

const text = (id: string, ...deltas: string[]): VercelOutput[] => [
  { type: 'text-start', id },
  ...deltas.map((delta): VercelOutput => ({ type: 'text-delta', id, delta })),
  { type: 'text-end', id },
]

/** What an agent does in one run: it reasons, calls two tools at once, and answers with text, sources, a file and data. */
export const agentScript: readonly VercelOutput[] = [
  { type: 'start', messageId: 'answer', messageMetadata: { model: 'm-1' } },
  ...step(
    { type: 'reasoning-start', id: '0' },
    { type: 'reasoning-delta', id: '0', delta: 'Two places: ' },
    { type: 'reasoning-delta', id: '0', delta: 'ask about both.' },
    { type: 'reasoning-end', id: '0', providerMetadata: { vendor: { signature: 'sig' } } },
    ...text('1', 'Let me ', 'look.'),
    // Both inputs stream at the same time.
    { type: 'tool-input-start', toolCallId: 'a', toolName: 'weather' },
    { type: 'tool-input-delta', toolCallId: 'a', inputTextDelta: '{"city":' },
    { type: 'tool-input-start', toolCallId: 'b', toolName: 'search', dynamic: true, title: 'Search' },
    { type: 'tool-input-delta', toolCallId: 'b', inputTextDelta: '{"q":"Rain' },
    { type: 'tool-input-delta', toolCallId: 'a', inputTextDelta: '"Oslo"}' },
    { type: 'tool-input-available', toolCallId: 'a', toolName: 'weather', input: { city: 'Oslo' } },
    { type: 'tool-input-delta', toolCallId: 'b', inputTextDelta: ' in Bergen"}' },
    { type: 'tool-input-available', toolCallId: 'b', toolName: 'search', input: { q: 'Rain in Bergen' } },
    { type: 'tool-output-available', toolCallId: 'a', output: { celsius: 3, sky: ['grey', 'light'] } },
    { type: 'tool-output-error', toolCallId: 'b', errorText: 'the index is offline' },
  ),
  ...step(
    { type: 'source-url', sourceId: 's1', url: 'https://example.com/oslo', title: 'Oslo' },
    { type: 'source-document', sourceId: 's2', mediaType: 'application/pdf', title: 'Climate', filename: 'climate.pdf' },
    ...text('1', 'It is ', '3 degrees ', 'in Oslo.'),
    { type: 'data-chart', id: 'c', data: { values: [1] } },
    { type: 'file', mediaType: 'image/png', url: 'https://example.com/oslo.png' },
    { type: 'data-chart', id: 'c', data: { values: [1, 2] } },
    { type: 'data-note', data: 'no id' },
    ...text('2', 'More tomorrow.'),
  ),
  { type: 'finish', finishReason: 'stop', messageMetadata: { model: 'm-1', tokens: 12 } },
]

/** Type and state of the parts that readers of the run see. */
export const agentScriptParts: readonly string[] = [
  'step-start',
  'reasoning',
  'text',
  'tool-weather output-available',
  'dynamic-tool output-error',
  'step-start',
  'source-url',
  'source-document',
  'text',
  'data-chart',
  'file',
  'data-note',
  'text',
]
