import { RS } from '@streamfold/core/codec'
import { describe, expect, it } from 'vitest'
import type { Stored, Written } from './their-channel.ts'
import { channel, dataOf, expectedParts, headersOf, plain, write } from './their-channel.ts'

/**
 * The operations of a response, each in a line: what is done to which message, its status, its data and what else is said of it. Without its
 * start and its end.
 */
function traceOf(log: readonly Stored[]): readonly string[] {
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
const input: Written = [{ type: 'input', id: 'c' }]
const called: readonly Written[] = [call, input]
const end: Written = [{ type: 'end' }]
const look = (text?: string): Written => [{ type: 'tool', id: 'c', name: 'look' }, text]
const hm: Written = [{ type: 'reasoning' }, 'Hm']
const text = (body: string): Written => [{ type: 'text' }, body]
const data = (name: string, body: string): readonly Written[] => [[{ type: 'data', name }, body], end]
const url = 'https://a.example/'
/** A response: its text before the first head, and its frames. */
const documents: readonly (readonly [name: string, first: string, frames: readonly Written[]])[] = [
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
const endings: typeof documents = [
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
const frameStarts = (data: string) => [...data].flatMap((character, at) => (character === RS && at > 0 ? [at] : []))

describe('the messages that clients of AI Transport get', () => {
  const published: Readonly<Record<string, readonly string[]>> = {
    'a text': ['+ first streaming "Hi"', '+ first complete'],
    'a text with its end': ['+ first complete "Hi"', '+ first complete'],
    'a text with metadata of its provider': [
      'frames whole "\\u001e{\\"type\\":\\"end\\",\\"kind\\":\\"text\\",\\"provider\\":{\\"vendor\\":{\\"a\\":1}}}\\n"',
      '+ first streaming "Hi"',
      '+ first complete',
    ],
    'a text with a name': [
      'text streaming {"head":"{\\"type\\":\\"text\\",\\"id\\":\\"t\\",\\"apart\\":true,\\"provider\\":{\\"vendor\\":{\\"a\\":1}}}","providerMetadata":"{\\"vendor\\":{\\"a\\":1}}"}',
      '+ text streaming "Ho" {"head":"{\\"type\\":\\"text\\",\\"id\\":\\"t\\",\\"apart\\":true,\\"provider\\":{\\"vendor\\":{\\"a\\":1}}}","providerMetadata":"{\\"vendor\\":{\\"a\\":1}}"}',
      '+ text complete {"head":"{\\"type\\":\\"text\\",\\"id\\":\\"t\\",\\"apart\\":true,\\"provider\\":{\\"vendor\\":{\\"a\\":1}}}","providerMetadata":"{\\"vendor\\":{\\"a\\":1}}"}',
      '+ first streaming "Hi"',
      '+ first complete',
    ],
    'three texts': [
      'text streaming {"head":"{\\"type\\":\\"text\\"}"}',
      '+ text streaming "Ho" {"head":"{\\"type\\":\\"text\\"}"}',
      '+ text complete {"head":"{\\"type\\":\\"text\\"}"}',
      'text streaming {"head":"{\\"type\\":\\"text\\"}"}',
      '+ text streaming "Ha" {"head":"{\\"type\\":\\"text\\"}"}',
      '+ first complete "Hi"',
      '+ text complete {"head":"{\\"type\\":\\"text\\"}"}',
      '+ first complete',
    ],
    'a text behind a step': [
      'start-step whole',
      'text streaming {"head":"{\\"type\\":\\"text\\"}"}',
      '+ text streaming "Ho" {"head":"{\\"type\\":\\"text\\"}"}',
      '+ first complete "Hi"',
      '+ text complete {"head":"{\\"type\\":\\"text\\"}"}',
      '+ first complete',
    ],
    reasoning: [
      'reasoning streaming {"providerMetadata":"{\\"vendor\\":{\\"a\\":1}}"}',
      '+ reasoning streaming "Hm" {"providerMetadata":"{\\"vendor\\":{\\"a\\":1}}"}',
      '+ reasoning complete {"providerMetadata":"{\\"vendor\\":{\\"a\\":1}}","ms":"5"}',
      'text streaming {"head":"{\\"type\\":\\"text\\"}"}',
      '+ text streaming "So" {"head":"{\\"type\\":\\"text\\"}"}',
      '+ first complete',
      '+ text complete {"head":"{\\"type\\":\\"text\\"}"}',
      '+ first complete',
    ],
    'reasoning without an end': [
      'reasoning streaming',
      '+ reasoning streaming "Hm"',
      '+ reasoning complete',
      'text streaming {"head":"{\\"type\\":\\"text\\"}"}',
      '+ text streaming "So" {"head":"{\\"type\\":\\"text\\"}"}',
      '+ first complete',
      '+ text complete {"head":"{\\"type\\":\\"text\\"}"}',
      '+ first complete',
    ],
    'reasoning with a name': [
      'reasoning streaming',
      '+ reasoning streaming "Hm"',
      'text streaming {"head":"{\\"type\\":\\"text\\"}"}',
      '+ text streaming "So" {"head":"{\\"type\\":\\"text\\"}"}',
      '+ reasoning streaming "!"',
      '+ reasoning complete {"ms":"3"}',
      '+ first complete',
      '+ text complete {"head":"{\\"type\\":\\"text\\"}"}',
      '+ first complete',
    ],
    'reasoning behind a source': [
      'reasoning streaming',
      '+ reasoning streaming "Hm"',
      'source-url whole "https://a.example/" {"sourceId":"u"}',
      '+ reasoning streaming "!"',
      '+ first streaming',
      '+ reasoning complete',
      '+ first complete',
    ],
    'reasoning behind its end': [
      'reasoning streaming',
      '+ reasoning streaming "Hm"',
      '+ reasoning complete',
      'reasoning streaming',
      '+ reasoning streaming "!"',
      '+ first streaming',
      '+ reasoning complete',
      '+ first complete',
    ],
    'reasoning behind a step': [
      'reasoning streaming',
      '+ reasoning streaming "Hm"',
      '+ reasoning complete',
      'start-step whole',
      'reasoning streaming',
      '+ reasoning streaming "!"',
      '+ first complete',
      '+ reasoning complete',
      '+ first complete',
    ],
    'reasoning that goes on as a text of its name': [
      'reasoning streaming',
      '+ reasoning streaming "Hm"',
      'text streaming {"head":"{\\"type\\":\\"text\\",\\"id\\":\\"r\\"}"}',
      '+ text streaming "So" {"head":"{\\"type\\":\\"text\\",\\"id\\":\\"r\\"}"}',
      '+ first streaming',
      '+ text complete {"head":"{\\"type\\":\\"text\\",\\"id\\":\\"r\\"}"}',
      '+ first complete',
    ],
    'a text behind a call': [
      'tool-input streaming {"toolName":"look"}',
      '+ tool-input streaming "{\\"q\\":1}" {"toolName":"look"}',
      '+ tool-input complete {"toolName":"look"}',
      'frames whole "\\u001e{\\"type\\":\\"end\\",\\"kind\\":\\"text\\",\\"provider\\":{\\"vendor\\":{\\"a\\":1}}}\\n"',
      '+ first streaming "Hi!"',
      '+ first complete',
    ],
    'a text behind its end': [
      'text streaming {"head":"{\\"type\\":\\"text\\"}"}',
      '+ text streaming "Hi" {"head":"{\\"type\\":\\"text\\"}"}',
      'text streaming {"head":"{\\"type\\":\\"text\\",\\"id\\":\\"t\\"}"}',
      '+ text streaming "x" {"head":"{\\"type\\":\\"text\\",\\"id\\":\\"t\\"}"}',
      '+ text complete {"head":"{\\"type\\":\\"text\\"}"}',
      'text streaming {"head":"{\\"type\\":\\"more\\",\\"kind\\":\\"text\\"}"}',
      '+ text streaming "!" {"head":"{\\"type\\":\\"more\\",\\"kind\\":\\"text\\"}"}',
      '+ text streaming "y" {"head":"{\\"type\\":\\"text\\",\\"id\\":\\"t\\"}"}',
      '+ first complete',
      '+ text complete {"head":"{\\"type\\":\\"text\\",\\"id\\":\\"t\\"}"}',
      '+ text complete {"head":"{\\"type\\":\\"more\\",\\"kind\\":\\"text\\"}"}',
      '+ first complete',
    ],
    'more of what is not there': [
      'text streaming {"head":"{\\"type\\":\\"text\\"}"}',
      '+ text streaming "Hi" {"head":"{\\"type\\":\\"text\\"}"}',
      'reasoning streaming',
      '+ reasoning streaming "Hm"',
      '+ first complete',
      '+ text complete {"head":"{\\"type\\":\\"text\\"}"}',
      '+ reasoning complete',
      '+ first complete',
    ],
    'an end of what is not there': ['+ first streaming "Hi!"', '+ first complete'],
    'a call': ['tool-input whole {"q":1} {"toolName":"look"}', '+ first streaming', '+ first complete'],
    'a call with all that is known of it': [
      'tool-input whole {"q":1} {"toolName":"look","dynamic":"true","title":"Look","providerExecuted":"true","providerMetadata":"{\\"vendor\\":{\\"a\\":1}}"}',
      'tool-output-available whole {"output":1} {"dynamic":"true","providerExecuted":"true","providerMetadata":"{\\"vendor\\":{\\"a\\":1}}","preliminary":"true"}',
      'tool-output-available whole {"output":{"a":1}} {"dynamic":"true","providerExecuted":"true","providerMetadata":"{\\"vendor\\":{\\"a\\":1}}"}',
      '+ first streaming',
      '+ first complete',
    ],
    'an input that is a number': [
      'tool-input streaming {"toolName":"look"}',
      '+ tool-input streaming "7" {"toolName":"look"}',
      '+ tool-input complete {"toolName":"look"}',
      '+ first streaming',
      '+ first complete',
    ],
    'an input that is a text': ['tool-input whole "x" {"toolName":"look"}', '+ first streaming', '+ first complete'],
    'an input that is null': [
      'tool-input streaming {"toolName":"look"}',
      '+ tool-input streaming "null" {"toolName":"look"}',
      '+ tool-input complete {"toolName":"look"}',
      '+ first streaming',
      '+ first complete',
    ],
    'an input that is no JSON': [
      'tool-input streaming {"toolName":"look"}',
      '+ tool-input streaming "words" {"toolName":"look"}',
      '+ tool-input complete {"toolName":"look"}',
      '+ first streaming',
      '+ first complete',
    ],
    'an input that is empty': [
      'tool-input streaming {"toolName":"look"}',
      '+ tool-input complete {"toolName":"look"}',
      '+ first streaming',
      '+ first complete',
    ],
    'an input that is another one': ['tool-input whole {"q":2} {"toolName":"look"}', '+ first streaming', '+ first complete'],
    'an input that is another one, null': [
      'tool-input streaming {"toolName":"look"}',
      '+ tool-input streaming "{\\"q\\":1}" {"toolName":"look"}',
      '= tool-input streaming "null" {"toolName":"look"}',
      '+ tool-input complete {"toolName":"look","providerMetadata":"{\\"vendor\\":{\\"a\\":1}}"}',
      '+ first streaming',
      '+ first complete',
    ],
    'an input that comes with its end': [
      'tool-input streaming {"toolName":"look"}',
      '+ tool-input streaming "7" {"toolName":"look"}',
      '+ tool-input complete {"toolName":"look"}',
      '+ first streaming',
      '+ first complete',
    ],
    'an input that is wrong': [
      'tool-input-error whole {"errorText":"no","input":1} {"toolName":"look","providerMetadata":"{\\"vendor\\":{\\"a\\":1}}"}',
      '+ first streaming',
      '+ first complete',
    ],
    'an input that is wrong and no JSON': [
      'tool-input-error whole {"errorText":"no","input":"words"} {"toolName":"look"}',
      '+ first streaming',
      '+ first complete',
    ],
    'an input that ends twice, and one of nothing': [
      'tool-input whole {"q":1} {"toolName":"look"}',
      'frames whole "\\u001e{\\"type\\":\\"input\\",\\"id\\":\\"c\\"}\\n"',
      'frames whole "\\u001e{\\"type\\":\\"input\\",\\"id\\":\\"d\\"}\\n"',
      '+ first streaming',
      '+ first complete',
    ],
    'an input that does not end': [
      'tool-input streaming {"toolName":"look"}',
      '+ tool-input streaming "{\\"q\\":1}" {"toolName":"look"}',
      'start-step whole',
      '+ first complete',
      '+ tool-input cancelled {"toolName":"look"}',
      '+ first complete',
    ],
    'an input behind a step': [
      'tool-input streaming {"toolName":"look"}',
      '+ tool-input streaming "{\\"q\\":" {"toolName":"look"}',
      'start-step whole',
      '+ tool-input streaming "1}" {"toolName":"look"}',
      '+ tool-input complete {"toolName":"look"}',
      '+ first complete',
      '+ first complete',
    ],
    'an input that goes on without a name': [
      'tool-input streaming {"toolName":"look"}',
      '+ tool-input streaming "{\\"q\\":" {"toolName":"look"}',
      '+ tool-input streaming "1}" {"toolName":"look"}',
      '+ tool-input complete {"toolName":"look"}',
      '+ first streaming',
      '+ first complete',
    ],
    'two calls at once': [
      'tool-input streaming {"toolName":"look"}',
      '+ tool-input streaming "1" {"toolName":"look"}',
      'tool-input whole {} {"toolName":"look"}',
      '+ tool-input complete {"toolName":"look"}',
      '+ first streaming',
      '+ first complete',
    ],
    'a fault': [
      'tool-input whole {"q":1} {"toolName":"look"}',
      'tool-output-error whole {"errorText":"no"} {"providerMetadata":"{\\"vendor\\":{\\"a\\":1}}"}',
      '+ first streaming',
      '+ first complete',
    ],
    'a refusal': [
      'tool-input whole {"q":1} {"toolName":"look"}',
      'tool-approval-request whole {"approvalId":"a"}',
      'frames whole "\\u001e{\\"type\\":\\"decided\\",\\"id\\":\\"c\\",\\"approved\\":false}\\n"',
      'tool-output-denied whole {"errorText":"no"}',
      '+ first streaming',
      '+ first complete',
    ],
    'a request of some': [
      'tool-input whole {"q":1} {"toolName":"look"}',
      'tool-approval-request whole {"approvalId":"a"}',
      'frames whole "\\u001e{\\"type\\":\\"ask\\",\\"id\\":\\"c\\",\\"approval\\":\\"a\\",\\"of\\":[\\"ann\\"]}\\n"',
      '+ first streaming',
      '+ first complete',
    ],
    'a request until': [
      'tool-input whole {"q":1} {"toolName":"look"}',
      'tool-approval-request whole {"approvalId":"a"}',
      'frames whole "\\u001e{\\"type\\":\\"ask\\",\\"id\\":\\"c\\",\\"approval\\":\\"a\\",\\"until\\":5}\\n"',
      '+ first streaming',
      '+ first complete',
    ],
    'a request with a reason': [
      'tool-input whole {"q":1} {"toolName":"look"}',
      'tool-approval-request whole {"approvalId":"a"}',
      'frames whole "\\u001e{\\"type\\":\\"ask\\",\\"id\\":\\"c\\",\\"approval\\":\\"a\\",\\"reason\\":\\"r\\"}\\n"',
      '+ first streaming',
      '+ first complete',
    ],
    'a request for an output': [
      'tool-input whole {"q":1} {"toolName":"look"}',
      'frames whole "\\u001e{\\"type\\":\\"ask\\",\\"id\\":\\"c\\",\\"approval\\":\\"a\\",\\"wants\\":\\"output\\",\\"of\\":[\\"ann\\"]}\\n"',
      '+ first streaming',
      '+ first complete',
    ],
    'an output that is no JSON': [
      'tool-input whole {"q":1} {"toolName":"look"}',
      'tool-output-available whole {"output":null}',
      '+ first streaming',
      '+ first complete',
    ],
    'an output without an end': [
      'tool-input whole {"q":1} {"toolName":"look"}',
      '+ first streaming',
      'tool-output-available whole {"output":1}',
      '+ first complete',
    ],
    'an output before another part': [
      'tool-input whole {"q":1} {"toolName":"look"}',
      'tool-output-available whole {"output":1}',
      'text streaming {"head":"{\\"type\\":\\"text\\"}"}',
      '+ text streaming "So" {"head":"{\\"type\\":\\"text\\"}"}',
      '+ first complete',
      '+ text complete {"head":"{\\"type\\":\\"text\\"}"}',
      '+ first complete',
    ],
    'an output that goes on': [
      'tool-input whole {"q":1} {"toolName":"look"}',
      'tool-output-available whole {"output":[1]}',
      '+ first streaming',
      '+ first complete',
    ],
    'an output of what is not there': ['tool-output-available whole {"output":1}', '+ first streaming', '+ first complete'],
    data: [
      'data-a whole {"a":1}',
      'data-b whole "t"',
      'frames whole "\\u001e{\\"type\\":\\"data\\",\\"name\\":\\"c\\"}\\n7\\u001e{\\"type\\":\\"end\\"}\\n"',
      'frames whole "\\u001e{\\"type\\":\\"data\\",\\"name\\":\\"d\\"}\\nnull\\u001e{\\"type\\":\\"end\\"}\\n"',
      'frames whole "\\u001e{\\"type\\":\\"data\\",\\"name\\":\\"e\\"}\\n{\\u001e{\\"type\\":\\"end\\"}\\n"',
      '+ first streaming',
      '+ first complete',
    ],
    'data in a text': ['data-a whole {}', '+ first streaming "Hi!"', '+ first complete'],
    'content of a provider': [
      'frames whole "\\u001e{\\"type\\":\\"custom\\",\\"kind\\":\\"k\\"}\\n{\\"a\\":1}\\u001e{\\"type\\":\\"end\\"}\\n"',
      '+ first streaming',
      '+ first complete',
    ],
    sources: [
      'source-url whole "https://a.example/" {"sourceId":"u","title":"A","providerMetadata":"{\\"vendor\\":{\\"a\\":1}}"}',
      'source-document whole {"sourceId":"d","title":"A","providerMetadata":"{\\"vendor\\":{\\"a\\":1}}","mediaType":"a/b","filename":"f"}',
      '+ first streaming',
      '+ first complete',
    ],
    files: [
      'file whole "https://a.example/" {"mediaType":"a/b","filename":"f","alt":"an f","providerMetadata":"{\\"vendor\\":{\\"a\\":1}}"}',
      'reasoning-file whole "https://a.example/" {"mediaType":"a/b"}',
      '+ first streaming',
      '+ first complete',
    ],
    steps: [
      'frames whole "\\u001e{\\"type\\":\\"step\\"}\\n"',
      'start-step whole',
      'text streaming {"head":"{\\"type\\":\\"text\\"}"}',
      '+ text streaming "a" {"head":"{\\"type\\":\\"text\\"}"}',
      '+ text complete {"head":"{\\"type\\":\\"text\\"}"}',
      'start-step whole',
      '+ first complete',
      '+ first complete',
    ],
    'a step behind a call': [
      'tool-input whole {"q":1} {"toolName":"look"}',
      'start-step whole',
      '+ first complete',
      '+ first complete',
    ],
    'a step behind metadata': [
      'message-metadata whole {"messageMetadata":"{\\"m\\":1}"}',
      'frames whole "\\u001e{\\"type\\":\\"step\\"}\\n"',
      '+ first complete',
      '+ first complete',
    ],
    'metadata in a text': [
      'message-metadata whole {"messageMetadata":"{\\"m\\":1}"}',
      'message-metadata whole {"messageMetadata":"{\\"m\\":1,\\"n\\":2}"}',
      '+ first streaming "Hi!"',
      '+ first complete',
    ],
    'metadata in reasoning': [
      'reasoning streaming',
      '+ reasoning streaming "Hm"',
      'message-metadata whole {"messageMetadata":"{\\"m\\":1}"}',
      '+ reasoning streaming "!"',
      '+ reasoning complete {"ms":"4"}',
      '+ first streaming',
      '+ first complete',
    ],
    'metadata before the end of reasoning': [
      'reasoning streaming',
      '+ reasoning streaming "Hm"',
      'message-metadata whole {"messageMetadata":"{\\"m\\":1}"}',
      '+ reasoning complete {"ms":"4"}',
      '+ first streaming',
      '+ first complete',
    ],
    'metadata in an input': [
      'tool-input streaming {"toolName":"look"}',
      '+ tool-input streaming "{\\"q\\":" {"toolName":"look"}',
      'message-metadata whole {"messageMetadata":"{\\"m\\":1}"}',
      '+ tool-input streaming "1}" {"toolName":"look"}',
      '+ tool-input complete {"toolName":"look"}',
      '+ first streaming',
      '+ first complete',
    ],
    'what they have no message for': [
      'frames whole "\\u001e{\\"type\\":\\"steer\\",\\"serial\\":\\"p\\"}\\n"',
      'frames whole "\\u001e{\\"type\\":\\"taking\\",\\"serial\\":\\"p\\"}\\n"',
      'frames whole "\\u001e{\\"type\\":\\"left\\",\\"serial\\":\\"p\\"}\\n"',
      'frames whole "\\u001e{\\"type\\":\\"see\\",\\"id\\":\\"c\\",\\"serial\\":\\"p\\"}\\n"',
      'frames whole "\\u001e{\\"type\\":\\"run\\",\\"id\\":\\"c\\",\\"epoch\\":\\"e\\"}\\n"',
      'frames whole "\\u001e{\\"type\\":\\"cite\\",\\"source\\":\\"u\\"}\\n"',
      '+ first streaming "Hi"',
      '+ first complete',
    ],
    'what completes reasoning': [
      'reasoning streaming',
      '+ reasoning streaming "Hm"',
      '+ reasoning complete',
      'frames whole "\\u001e{\\"type\\":\\"decided\\",\\"id\\":\\"c\\"}\\n"',
      'reasoning streaming',
      '+ reasoning streaming "Hm"',
      '+ reasoning complete',
      'frames whole "\\u001e{\\"type\\":\\"run\\",\\"id\\":\\"c\\",\\"epoch\\":\\"e\\"}\\n"',
      'reasoning streaming',
      '+ reasoning streaming "Hm"',
      '+ reasoning complete',
      'frames whole "\\u001e{\\"type\\":\\"steer\\",\\"serial\\":\\"p\\"}\\n"',
      'reasoning streaming',
      '+ reasoning streaming "Hm"',
      '+ reasoning complete',
      'frames whole "\\u001e{\\"type\\":\\"see\\",\\"id\\":\\"c\\",\\"serial\\":\\"p\\"}\\n"',
      'reasoning streaming',
      '+ reasoning streaming "Hm"',
      '+ reasoning complete',
      'data-a whole {}',
      'reasoning streaming',
      '+ reasoning streaming "Hm"',
      '+ reasoning complete',
      'tool-input streaming {"toolName":"look"}',
      '+ tool-input streaming "{\\"q\\":1}" {"toolName":"look"}',
      '+ first streaming',
      '+ tool-input cancelled {"toolName":"look"}',
      '+ first complete',
    ],
    'what does not complete reasoning': [
      'reasoning streaming',
      '+ reasoning streaming "Hm"',
      'file whole "https://a.example/" {"mediaType":"a/b"}',
      'frames whole "\\u001e{\\"type\\":\\"cite\\",\\"source\\":\\"u\\"}\\n"',
      '+ reasoning complete {"ms":"2"}',
      '+ first streaming',
      '+ first complete',
    ],
  }
  const ofPieces: Readonly<Record<string, readonly string[]>> = {
    'a text with its end': ['+ first streaming "Hi"', '+ first complete', '+ first complete'],
    'three texts': [
      '+ first streaming "Hi"',
      'text streaming {"head":"{\\"type\\":\\"text\\"}"}',
      '+ text streaming "Ho" {"head":"{\\"type\\":\\"text\\"}"}',
      '+ first complete',
      '+ text complete {"head":"{\\"type\\":\\"text\\"}"}',
      'text streaming {"head":"{\\"type\\":\\"text\\"}"}',
      '+ text streaming "Ha" {"head":"{\\"type\\":\\"text\\"}"}',
      '+ text complete {"head":"{\\"type\\":\\"text\\"}"}',
      '+ first complete',
    ],
    reasoning: [
      'reasoning streaming {"providerMetadata":"{\\"vendor\\":{\\"a\\":1}}"}',
      '+ reasoning streaming "Hm" {"providerMetadata":"{\\"vendor\\":{\\"a\\":1}}"}',
      '+ first streaming',
      '+ reasoning complete {"providerMetadata":"{\\"vendor\\":{\\"a\\":1}}","ms":"5"}',
      'text streaming {"head":"{\\"type\\":\\"text\\"}"}',
      '+ text streaming "So" {"head":"{\\"type\\":\\"text\\"}"}',
      '+ first complete',
      '+ text complete {"head":"{\\"type\\":\\"text\\"}"}',
      '+ first complete',
    ],
    'a call': [
      'tool-input streaming {"toolName":"look"}',
      '+ tool-input streaming "{\\"q\\":1}" {"toolName":"look"}',
      '+ first streaming',
      '+ tool-input complete {"toolName":"look"}',
      '+ first complete',
    ],
    'an input that is wrong': [
      'tool-input streaming {"toolName":"look","providerMetadata":"{\\"vendor\\":{\\"a\\":1}}"}',
      '+ tool-input streaming "{\\"q\\":1}" {"toolName":"look","providerMetadata":"{\\"vendor\\":{\\"a\\":1}}"}',
      '+ first streaming',
      '+ tool-input cancelled {"toolName":"look","providerMetadata":"{\\"vendor\\":{\\"a\\":1}}"}',
      'tool-input-error whole {"errorText":"no","input":1} {"toolName":"look","providerMetadata":"{\\"vendor\\":{\\"a\\":1}}"}',
      '+ first complete',
    ],
    'an input behind a step': [
      'tool-input streaming {"toolName":"look"}',
      '+ tool-input streaming "{\\"q\\":" {"toolName":"look"}',
      '+ first streaming',
      'start-step whole',
      '+ first complete',
      '+ tool-input streaming "1}" {"toolName":"look"}',
      '+ tool-input complete {"toolName":"look"}',
      '+ first complete',
    ],
    'an output before another part': [
      'tool-input streaming {"toolName":"look"}',
      '+ tool-input streaming "{\\"q\\":1}" {"toolName":"look"}',
      '+ first streaming',
      '+ tool-input complete {"toolName":"look"}',
      'tool-output-available whole {"output":1}',
      'text streaming {"head":"{\\"type\\":\\"text\\"}"}',
      '+ text streaming "So" {"head":"{\\"type\\":\\"text\\"}"}',
      '+ first complete',
      '+ text complete {"head":"{\\"type\\":\\"text\\"}"}',
      '+ first complete',
    ],
    'metadata in a text': [
      '+ first streaming "Hi"',
      'message-metadata whole {"messageMetadata":"{\\"m\\":1}"}',
      '+ first streaming "!"',
      'message-metadata whole {"messageMetadata":"{\\"m\\":1,\\"n\\":2}"}',
      '+ first complete',
    ],
  }

  it.each(documents)('of %s', async (name, first, frames) => {
    expect(traceOf((await write(dataOf(first, frames))).log)).toEqual(published[name])
  })

  it.each(documents.filter(([name]) => name in ofPieces))('of %s, whose frames come one by one', async (name, first, frames) => {
    const data = dataOf(first, frames)
    expect(traceOf((await write(data, frameStarts(data))).log)).toEqual(ofPieces[name])
  })

  it.each<[name: string, status: string, expected: readonly string[]]>([
    ['a text', 'complete', ['+ text complete {"head":"{\\"type\\":\\"text\\",\\"id\\":\\"t\\"}"}', '+ first complete']],
    [
      'a text',
      'cancelled',
      ['+ text cancelled {"head":"{\\"type\\":\\"text\\",\\"id\\":\\"t\\"}"}', '+ first cancelled', 'ai-run-end'],
    ],
    [
      'a text',
      'failed',
      ['+ text cancelled {"head":"{\\"type\\":\\"text\\",\\"id\\":\\"t\\"}"}', '+ first cancelled', 'ai-run-end'],
    ],
    ['a text', 'waiting', ['+ first streaming', 'ai-run-suspend']],
    ['reasoning', 'complete', ['+ reasoning complete', '+ first complete']],
    ['reasoning', 'cancelled', ['+ reasoning cancelled', '+ first cancelled', 'ai-run-end']],
    ['reasoning', 'failed', ['+ reasoning cancelled', '+ first cancelled', 'ai-run-end']],
    ['reasoning', 'waiting', ['+ first streaming', 'ai-run-suspend']],
    ['an input', 'complete', ['+ tool-input cancelled {"toolName":"look"}', '+ first complete']],
    ['an input', 'cancelled', ['+ tool-input cancelled {"toolName":"look"}', '+ first cancelled', 'ai-run-end']],
    ['an input', 'failed', ['+ tool-input cancelled {"toolName":"look"}', '+ first cancelled', 'ai-run-end']],
    ['an input', 'waiting', ['+ first streaming', 'ai-run-suspend']],
    ['an input that has begun', 'complete', ['+ tool-input cancelled {"toolName":"look"}', '+ first complete']],
    ['an input that has begun', 'cancelled', ['+ tool-input cancelled {"toolName":"look"}', '+ first cancelled', 'ai-run-end']],
    ['an input that has begun', 'failed', ['+ tool-input cancelled {"toolName":"look"}', '+ first cancelled', 'ai-run-end']],
    ['an input that has begun', 'waiting', ['+ first complete', 'ai-run-suspend']],
    ['an output', 'complete', ['tool-output-available whole {"output":1}', '+ first complete']],
    ['an output', 'cancelled', ['tool-output-available whole {"output":1}', '+ first cancelled', 'ai-run-end']],
    ['an output', 'failed', ['tool-output-available whole {"output":1}', '+ first cancelled', 'ai-run-end']],
    ['an output', 'waiting', ['+ first streaming', 'ai-run-suspend']],
    ['a call', 'complete', ['+ first complete']],
    ['a call', 'cancelled', ['+ first cancelled', 'ai-run-end']],
    ['a call', 'failed', ['+ first cancelled', 'ai-run-end']],
    ['a call', 'waiting', ['+ first streaming', 'ai-run-suspend']],
  ])('of %s that is open when the response is %s', async (name, status, expected) => {
    const [, first, frames] = endings.find(([each]) => each === name)!
    const { writer, log } = channel()
    const { serial } = await writer.create({ id: 'r', text: '', headers: { role: 'assistant', status: 'streaming' } })
    await writer.append(serial, { text: dataOf(first, frames), headers: headersOf('streaming') })
    const before = traceOf(log).length
    await writer.append(serial, { text: '', headers: headersOf(status) })
    expect(traceOf(log).slice(before)).toEqual(expected)
  })
})

describe('what Streamfold’s readers make of these messages is what was written', () => {
  /** What no agent writes, and what is shown at the end of the response only. */
  const others = new Set([
    'reasoning behind its end',
    'reasoning behind a step',
    'reasoning that goes on as a text of its name',
    'more of what is not there',
    'an input behind a step',
    'an output that is no JSON',
    'an output without an end',
  ])
  const same = documents.filter(([name]) => !others.has(name))

  it.each(same)('%s', async (_, first, frames) => {
    const data = dataOf(first, frames)
    const everywhere = Array.from({ length: data.length }, (_, at) => at)
    for (const cuts of [[], frameStarts(data), everywhere]) {
      const [message] = (await write(data, cuts)).read()
      expect(message).toMatchObject({ status: 'complete', continuity: 'contiguous' })
      expect(plain(message?.parts ?? [])).toEqual(plain(expectedParts(data)))
    }
  })

  it.each(same)('%s, also where an operation was refused', async (_, first, frames) => {
    const data = dataOf(first, frames)
    for (let nth = 3; nth < 9; nth++) {
      const { writer, read } = channel((n) => n === nth)
      const { serial } = await writer.create({ id: 'r', text: '', headers: { role: 'assistant', status: 'streaming' } })
      const half = Math.floor(data.length / 2)
      const all = [data.slice(0, half), data.slice(half)].map((each) =>
        writer.append(serial, { text: each, headers: headersOf('streaming') }),
      )
      await Promise.allSettled(all)
      const repair = () => writer.update(serial, { text: data, headers: headersOf('complete') })
      await repair().catch(repair)
      expect([nth, plain(read()[0]!.parts)]).toEqual([nth, plain(expectedParts(data))])
      expect(read()[0]).toMatchObject({ status: 'complete' })
    }
  })
})

it('the messages of parts name their run, their step and themselves', async () => {
  const { log } = await write(dataOf('Hi', [hm, ...called]))
  const transport = { 'run-id': 'r', 'invocation-id': 'r', 'run-client-id': '', 'input-client-id': '' }
  const part = {
    ...transport,
    role: 'assistant',
    'codec-message-id': 'r',
    'step-id': 'parts-text-1',
    'step-start-serial': 's0001',
  }
  const parts = log.filter(({ message }) => JSON.stringify(message).includes('step-id'))
  expect(parts.map(({ action, serial, message }) => [action, serial, message])).toEqual([
    [
      'message.create',
      's0003',
      {
        id: 'r-part-2-nonce',
        name: 'ai-output',
        data: '',
        extras: {
          ai: {
            transport: { ...part, stream: 'true', status: 'streaming', 'stream-id': 'part-1' },
            codec: { kind: 'reasoning', id: 'part-1' },
          },
        },
      },
    ],
    ...['Hm', ''].map((data) => [
      'message.append',
      's0003',
      {
        name: 'ai-output',
        data,
        extras: {
          ai: {
            transport: { ...part, stream: 'true', status: data === '' ? 'complete' : 'streaming', 'stream-id': 'part-1' },
            codec: { kind: 'reasoning', id: 'part-1' },
          },
        },
      },
    ]),
    [
      'message.create',
      's0004',
      {
        id: 'r-part-3-nonce',
        name: 'ai-output',
        data: { q: 1 },
        extras: {
          ai: { transport: { ...part, stream: 'false' }, codec: { kind: 'tool-input', toolCallId: 'c', toolName: 'look' } },
        },
      },
    ],
  ])
})

it('the messages of data and of results name what they are about', async () => {
  const { log } = await write(
    dataOf('', [
      [{ type: 'data', name: 'a', id: 'd' }, '{}'],
      end,
      ...data('b', '{}'),
      ...called,
      [{ type: 'fault', id: 'c' }, 'no'],
      end,
    ]),
  )
  const codecs = log.flatMap(({ message }) => {
    const { codec } = message.extras['ai'] as { readonly codec?: { readonly kind: string } }
    return codec && codec.kind !== 'text' ? [codec] : []
  })
  expect(codecs).toEqual([
    { kind: 'data-a', id: 'd' },
    { kind: 'data-b' },
    { kind: 'tool-input', toolCallId: 'c', toolName: 'look' },
    { kind: 'tool-output-error', toolCallId: 'c' },
  ])
})

describe('a response that goes on in another message', () => {
  const streaming = headersOf('streaming')
  const two = async (first: string, frames: readonly Written[], next: string, rest: readonly Written[]) => {
    const { writer, read, log } = channel()
    const { serial } = await writer.create({ id: 'r', text: '', headers: { role: 'assistant', status: 'streaming' } })
    await writer.append(serial, { text: dataOf(first, frames), headers: streaming })
    const other = await writer.create({ id: 'r-2', text: '', headers: { ...streaming, continues: serial } })
    await writer.append(serial, { text: '', headers: headersOf('complete') })
    await writer.append(other.serial, { text: dataOf(next, rest), headers: { ...headersOf('complete'), continues: serial } })
    return { parts: read()[0]?.parts, status: read()[0]?.status, lines: traceOf(log) }
  }

  it.each<[string, string, readonly Written[], string, readonly Written[], readonly object[]]>([
    [
      'a result that is not complete is written with the rest of it',
      '',
      [...called, [{ type: 'output', id: 'c' }, '[1']],
      '',
      [[{ type: 'more', id: 'c', kind: 'output' }, ',2]'], end],
      [{ toolCallId: 'c', state: 'output-available', output: [1, 2] }],
    ],
    [
      'an input that is not complete goes on in its own message',
      '',
      [look('{"q":')],
      '',
      [[{ type: 'more', id: 'c', kind: 'tool' }, '1}'], input, [{ type: 'output', id: 'c' }, '2'], end],
      [{ toolCallId: 'c', state: 'output-available', input: { q: 1 }, output: 2 }],
    ],
    ['a text goes on', 'Hi', [], 'Ho', [], [{ text: 'HiHo', state: 'done' }]],
    [
      'reasoning is complete in the first message',
      '',
      [hm],
      '',
      [text('So')],
      [
        { type: 'reasoning', text: 'Hm', state: 'done' },
        { type: 'text', text: 'So', state: 'done' },
      ],
    ],
    [
      'data are complete in one of them',
      '',
      [[{ type: 'data', name: 'a' }, '{"a":']],
      '',
      [[{ type: 'more', kind: 'data' }, '1}'], end],
      [{ type: 'data-a', data: { a: 1 } }],
    ],
    [
      'a step behind what is shown begins one',
      'Hi',
      [],
      '',
      [[{ type: 'step' }], text('Ho')],
      [{ text: 'Hi' }, { type: 'step-start' }, { text: 'Ho' }],
    ],
  ])('%s', async (_, first, frames, next, rest, expected) => {
    const { parts, status } = await two(first, frames, next, rest)
    expect(status).toBe('complete')
    expect(parts).toMatchObject(expected)
  })

  it('has for a call whose input does not end one message, which is cut off with the response', async () => {
    const { lines } = await two('', [look('{"q":'), [{ type: 'step' }]], '', [text('So')])
    expect(lines.filter((line) => line.includes('tool-input'))).toEqual([
      'tool-input streaming {"toolName":"look"}',
      '+ tool-input streaming "{\\"q\\":" {"toolName":"look"}',
      '+ tool-input cancelled {"toolName":"look"}',
    ])
  })
})

describe('a response that is written again', () => {
  const again = async (before: readonly Written[], after: readonly Written[], first = 'Hi', next = first) => {
    const { writer, read, log } = channel()
    const { serial } = await writer.create({ id: 'r', text: '', headers: { role: 'assistant', status: 'streaming' } })
    await writer.append(serial, { text: dataOf(first, before), headers: headersOf('streaming') })
    const written = log.length
    await writer.update(serial, { text: dataOf(next, after), headers: headersOf('complete') })
    const names = log.slice(written).map(({ action, message }) => {
      const { codec } = message.extras['ai'] as { readonly codec?: { readonly kind: string } }
      return `${action.slice('message.'.length)} ${codec?.kind ?? message.name}`
    })
    return { names, parts: plain(read()[0]?.parts ?? []), expected: plain(expectedParts(dataOf(next, after))) }
  }
  const note: readonly Written[] = [[{ type: 'data', name: 'note' }, '{}'], end]

  it('has no other attempt where only more is written', async () => {
    for (const before of [[], [hm], called, note])
      for (const more of [[], [text('So')], [...note, text('So')]]) {
        const { names, parts, expected } = await again(before, [...before, ...more])
        expect([before, more, parts]).toEqual([before, more, expected])
        expect(names).not.toContain('create ai-step-start')
        expect(names).toContain('update text')
        expect(names.at(-1)).toBe('create ai-run-end')
      }
  })

  it('has another attempt where something else was written, of which all is written', async () => {
    for (const [before, after, first, next] of [
      [[hm], [text('So')], 'Hi', 'Hi'],
      [[hm, text('So')], [hm], 'Hi', 'Hi'],
      [called, [look('{"q":2}'), input], 'Hi', 'Hi'],
      [note, note, 'Hi', 'Ho'],
      [[hm, ...note], [[{ type: 'reasoning' }, 'Hm, or'], ...note], 'Hi', 'Hi'],
      [[look('{"q":'), [{ type: 'step' }]], [text('So')], 'Hi', 'Hi'],
    ] as const) {
      const { names, parts, expected } = await again(before, after, first, next)
      expect([before, parts]).toEqual([before, expected])
      expect(names).toContain('create ai-step-start')
    }
  })

  it('names its run and its step in the attempt', async () => {
    const { writer, log } = channel()
    const { serial } = await writer.create({ id: 'r', text: '', headers: { role: 'assistant', status: 'streaming' } })
    await writer.append(serial, { text: dataOf('', [hm]), headers: headersOf('streaming') })
    await writer.update(serial, { text: dataOf('', [text('So')]), headers: headersOf('complete') })
    const start = log.find(({ message }) => message.name === 'ai-step-start')
    expect(start?.message.extras).toEqual({
      ai: {
        transport: { 'run-id': 'r', 'invocation-id': 'r', 'run-client-id': '', 'input-client-id': '', 'step-id': 'parts-text-1' },
      },
    })
    const of = log.flatMap(({ message }) => {
      const { transport } = message.extras['ai'] as { readonly transport: Readonly<Record<string, string>> }
      return transport['step-start-serial'] ?? []
    })
    expect([...new Set(of)]).toEqual([serial, start?.serial])
  })
})
