import { RS } from '@streamfold/core/codec'
import type { Stored, Written } from './their-channel.ts'

/**
 * The operations of a response, each in a line: what is done to which message, its status, its data and what else is said of it. Without its
 * start and its end.
 */
export function traceOf(log: readonly Stored[]): readonly string[] {
  const names = new Map<string, string>()
  const verbs = { 'message.create': '', 'message.append': '+ ', 'message.update': '= ' }
  return log.flatMap(({ action, serial, message }) => {
    const { transport, codec } = message.extras['ai'] as {
      readonly transport: Readonly<Record<string, string>>
      readonly codec?: Readonly<Record<string, string>>
    }
    if (!codec) return message.name === 'ai-run-start' || transport['run-reason'] === 'complete' ? [] : [message.name]
    const { kind = '', id: _, toolCallId: __, ...more } = codec
    const isFirst = names.size === 0
    const name = names.get(serial) ?? (isFirst ? 'first' : kind)
    names.set(serial, name)
    if (isFirst) return []
    const data = message.data === '' ? [] : [JSON.stringify(message.data)]
    const rest = Object.keys(more).length === 0 ? [] : [JSON.stringify(more)]
    return [[verbs[action] + name, transport['status'] ?? 'whole', ...data, ...rest].join(' ')]
  })
}

const provider = { vendor: { a: 1 } }
const call: Written = [{ type: 'tool', id: 'c', name: 'look' }, '{"q":1}']
export const input: Written = [{ type: 'input', id: 'c' }]
export const called: readonly Written[] = [call, input]
export const end: Written = [{ type: 'end' }]
export const look = (text?: string): Written => [{ type: 'tool', id: 'c', name: 'look' }, text]
export const hm: Written = [{ type: 'reasoning' }, 'Hm']
export const text = (body: string): Written => [{ type: 'text' }, body]
export const data = (name: string, body: string): readonly Written[] => [[{ type: 'data', name }, body], end]
const url = 'https://a.example/'
/** A response: its text before the first head, and its frames. */
export const documents: readonly (readonly [name: string, first: string, frames: readonly Written[]])[] = [
  ['a text', 'Hi', []],
  ['a text with its end', 'Hi', [end]],
  ['a text with metadata of its provider', 'Hi', [[{ type: 'end', provider }]]],
  ['a text with a name', 'Hi', [[{ type: 'text', id: 't', provider, apart: true }, 'Ho'], [{ type: 'end', id: 't', provider }]]],
  ['three texts', 'Hi', [text('Ho'), text('Ha')]],
  ['a text behind a step', 'Hi', [[{ type: 'step' }], text('Ho')]],
  ['reasoning', '', [[{ type: 'reasoning', provider }, 'Hm'], [{ type: 'end', ms: 5, provider }], text('So')]],
  ['reasoning without an end', '', [hm, text('So')]],
  [
    'reasoning with a name',
    '',
    [
      [{ type: 'reasoning', id: 'r' }, 'Hm'],
      text('So'),
      [{ type: 'more', id: 'r', kind: 'reasoning' }, '!'],
      [{ type: 'end', id: 'r', ms: 3 }],
    ],
  ],
  ['reasoning behind a source', '', [hm, [{ type: 'source', id: 'u', url }], [{ type: 'more', kind: 'reasoning' }, '!']]],
  ['reasoning behind its end', '', [hm, end, [{ type: 'more', kind: 'reasoning' }, '!']]],
  ['reasoning behind a step', '', [hm, [{ type: 'step' }], [{ type: 'more', kind: 'reasoning' }, '!']]],
  [
    'reasoning that goes on as a text of its name',
    '',
    [
      [{ type: 'reasoning', id: 'r' }, 'Hm'],
      [{ type: 'more', id: 'r', kind: 'text' }, 'So'],
    ],
  ],
  ['a text behind a call', 'Hi', [call, [{ type: 'more', kind: 'text' }, '!'], input, [{ type: 'end', kind: 'text', provider }]]],
  [
    'a text behind its end',
    '',
    [
      text('Hi'),
      [{ type: 'text', id: 't' }, 'x'],
      [{ type: 'end', kind: 'text' }],
      [{ type: 'more', kind: 'text' }, '!'],
      [{ type: 'more', id: 't', kind: 'text' }, 'y'],
    ],
  ],
  [
    'more of what is not there',
    '',
    [
      [{ type: 'more', kind: 'text' }, 'Hi'],
      [{ type: 'more', kind: 'reasoning' }, 'Hm'],
      [{ type: 'more', id: 'x', kind: 'tool' }, '1'],
      [{ type: 'more', id: 'x', kind: 'output' }, '1'],
    ],
  ],
  ['an end of what is not there', 'Hi', [[{ type: 'end', id: 'x' }], [{ type: 'more', kind: 'text' }, '!']]],
  ['a call', '', called],
  [
    'a call with all that is known of it',
    '',
    [
      [{ type: 'tool', id: 'c', name: 'look', dynamic: true, title: 'Look', providerExecuted: true, provider }, '{"q":1}'],
      [{ type: 'input', id: 'c', provider }],
      [{ type: 'output', id: 'c', provider, preliminary: true }, '1'],
      end,
      [{ type: 'output', id: 'c', provider }, '{"a":1}'],
      end,
    ],
  ],
  ['an input that is a number', '', [look('7'), input]],
  ['an input that is a text', '', [look('"x"'), input]],
  ['an input that is null', '', [look('null'), input]],
  ['an input that is no JSON', '', [look('words'), input]],
  ['an input that is empty', '', [look(), input]],
  ['an input that is another one', '', [call, [{ type: 'input', id: 'c', input: { q: 2 } }]]],
  ['an input that is another one, null', '', [call, [{ type: 'input', id: 'c', input: null, provider }]]],
  ['an input that comes with its end', '', [look(), [{ type: 'input', id: 'c', input: 7 }]]],
  [
    'an input that is wrong',
    '',
    [[{ type: 'tool', id: 'c', name: 'look', provider }, '{"q":1}'], [{ type: 'input', id: 'c', error: 'no', input: 1 }]],
  ],
  ['an input that is wrong and no JSON', '', [look('words'), [{ type: 'input', id: 'c', error: 'no' }]]],
  ['an input that ends twice, and one of nothing', '', [...called, input, [{ type: 'input', id: 'd' }]]],
  ['an input that does not end', '', [call, [{ type: 'step' }]]],
  [
    'an input behind a step',
    '',
    [
      look('{"q":'),
      [{ type: 'step' }],
      [{ type: 'more', id: 'c', kind: 'tool' }, '1}'],
      input,
      [{ type: 'more', id: 'c', kind: 'tool' }, 'late'],
    ],
  ],
  ['an input that goes on without a name', '', [look('{"q":'), [{ type: 'more', kind: 'tool' }, '1}'], input]],
  ['two calls at once', '', [look('1'), [{ type: 'tool', id: 'd', name: 'look' }, '{}'], [{ type: 'input', id: 'd' }], input]],
  ['a fault', '', [...called, [{ type: 'fault', id: 'c', provider }, 'no'], end]],
  [
    'a refusal',
    '',
    [
      ...called,
      [{ type: 'ask', id: 'c', approval: 'a' }],
      [{ type: 'decided', id: 'c', approved: false }],
      [{ type: 'fault', id: 'c', denied: true }, 'no'],
      end,
    ],
  ],
  ['a request of some', '', [...called, [{ type: 'ask', id: 'c', approval: 'a', of: ['ann'] }]]],
  ['a request until', '', [...called, [{ type: 'ask', id: 'c', approval: 'a', until: 5 }]]],
  ['a request with a reason', '', [...called, [{ type: 'ask', id: 'c', approval: 'a', reason: 'r' }]]],
  ['a request for an output', '', [...called, [{ type: 'ask', id: 'c', approval: 'a', wants: 'output', of: ['ann'] }]]],
  ['an output that is no JSON', '', [...called, [{ type: 'output', id: 'c' }, 'words'], end]],
  ['an output without an end', '', [...called, [{ type: 'output', id: 'c' }, '1']]],
  ['an output before another part', '', [...called, [{ type: 'output', id: 'c' }, '1'], text('So')]],
  [
    'an output that goes on',
    '',
    [...called, [{ type: 'output', id: 'c' }, '[1'], [{ type: 'more', id: 'c', kind: 'output' }, ']'], end],
  ],
  ['an output of what is not there', '', [[{ type: 'output', id: 'x' }, '1'], end]],
  [
    'data',
    '',
    [
      [{ type: 'data', name: 'a', id: 'd' }, '{"a":1}'],
      end,
      ...data('b', '"t"'),
      ...data('c', '7'),
      ...data('d', 'null'),
      ...data('e', '{'),
    ],
  ],
  ['data in a text', 'Hi', [...data('a', '{}'), [{ type: 'more', kind: 'text' }, '!']]],
  ['content of a provider', '', [[{ type: 'custom', kind: 'k' }, '{"a":1}'], end]],
  [
    'sources',
    '',
    [
      [{ type: 'source', id: 'u', url, title: 'A', provider }],
      [{ type: 'source', id: 'd', mediaType: 'a/b', title: 'A', filename: 'f', provider }],
    ],
  ],
  [
    'files',
    '',
    [
      [{ type: 'file', mediaType: 'a/b', url, filename: 'f', alt: 'an f', provider }],
      [{ type: 'file', mediaType: 'a/b', url, reasoning: true }],
    ],
  ],
  ['steps', '', [[{ type: 'step' }], [{ type: 'step' }], text('a'), [{ type: 'step' }]]],
  ['a step behind a call', '', [...called, [{ type: 'step' }]]],
  ['a step behind metadata', '', [[{ type: 'meta' }, '{"m":1}'], end, [{ type: 'step' }]]],
  [
    'metadata in a text',
    'Hi',
    [
      [{ type: 'meta' }, '{"m":1}'],
      end,
      [{ type: 'more', kind: 'text' }, '!'],
      [{ type: 'meta' }, '{"n":2}'],
      end,
      [{ type: 'meta' }, '[1]'],
      end,
    ],
  ],
  [
    'metadata in reasoning',
    '',
    [hm, [{ type: 'meta' }, '{"m":1}'], end, [{ type: 'more', kind: 'reasoning' }, '!'], [{ type: 'end', ms: 4 }]],
  ],
  ['metadata before the end of reasoning', '', [hm, [{ type: 'meta' }, '{"m":1}'], end, [{ type: 'end', ms: 4 }]]],
  [
    'metadata in an input',
    '',
    [look('{"q":'), [{ type: 'meta' }, '{"m":1}'], end, [{ type: 'more', id: 'c', kind: 'tool' }, '1}'], input],
  ],
  [
    'what they have no message for',
    'Hi',
    [
      [{ type: 'steer', serial: 'p' }],
      [{ type: 'taking', serial: 'p' }],
      [{ type: 'left', serial: 'p' }],
      [{ type: 'see', id: 'c', serial: 'p' }],
      [{ type: 'run', id: 'c', epoch: 'e' }],
      [{ type: 'cite', source: 'u' }],
    ],
  ],
  [
    'what completes reasoning',
    '',
    [
      hm,
      [{ type: 'decided', id: 'c' }],
      hm,
      [{ type: 'run', id: 'c', epoch: 'e' }],
      hm,
      [{ type: 'steer', serial: 'p' }],
      hm,
      [{ type: 'see', id: 'c', serial: 'p' }],
      hm,
      ...data('a', '{}'),
      hm,
      call,
    ],
  ],
  [
    'what does not complete reasoning',
    '',
    [hm, [{ type: 'file', mediaType: 'a/b', url }], [{ type: 'cite', source: 'u' }], [{ type: 'end', ms: 2 }]],
  ],
]
/** Responses of which something is open. */
export const endings: typeof documents = [
  [
    'a text',
    'Hi',
    [
      [{ type: 'text', id: 't' }, 'Ho'],
      [{ type: 'more', kind: 'text' }, '!'],
    ],
  ],
  ['reasoning', '', [hm]],
  ['an input', '', [call]],
  ['an input that has begun', '', [look('{'), [{ type: 'step' }]]],
  ['an output', '', [...called, [{ type: 'output', id: 'c' }, '1']]],
  ['a call', '', called],
]

/** Where each frame begins. */
export const frameStarts = (data: string) => [...data].flatMap((character, at) => (character === RS && at > 0 ? [at] : []))
