import { describe, expect, test } from 'vitest'
import { toolDetails, toolTitle, toolView } from '../src/parts/tool-view.ts'
import type { AnyToolPart } from '../src/parts/tool-view.ts'

function tool(changes: Partial<AnyToolPart> = {}): AnyToolPart {
  const part = {
    type: 'tool-searchDocs',
    toolCallId: 'c1',
    state: 'output-available',
    input: { query: 'rewind' },
    output: [1, 2],
  }
  return { inputText: '{"query":"rewind"}', ...part, ...changes } as AnyToolPart // The fields of one tool.
}

describe('the state of a call, in words', () => {
  test.each<[Partial<AnyToolPart>, boolean, string, string]>([
    [{ state: 'input-streaming' }, false, 'Writing input', 'busy'],
    [{ state: 'input-available' }, false, 'Called', 'busy'],
    [{ state: 'input-available', running: true }, false, 'Running', 'busy'],
    [{ state: 'approval-requested' }, false, 'Needs approval', 'warn'],
    [{ state: 'approval-responded', approval: { id: 'a', approved: true } }, false, 'Approved', 'busy'],
    [{ state: 'approval-responded', approval: { id: 'a', approved: true }, running: true }, false, 'Running', 'busy'],
    [{ state: 'approval-responded', approval: { id: 'a', approved: false } }, false, 'Denied', 'quiet'],
    [{ state: 'output-available' }, false, 'Done', 'good'],
    [{ state: 'output-available', preliminary: true }, false, 'First result', 'busy'],
    [{ state: 'output-available', preliminary: true }, true, 'Done', 'good'],
    [{ state: 'output-error', errorText: 'no' }, true, 'Failed', 'bad'],
    [{ state: 'output-denied' }, true, 'Denied', 'quiet'],
    [{ state: 'interrupted' }, true, 'Interrupted', 'warn'],
    // An abandoned response has not ended, but no more is expected of it.
    [{ state: 'input-streaming' }, true, 'Interrupted', 'warn'],
    [{ state: 'approval-requested' }, true, 'Interrupted', 'warn'],
  ])('%o, settled: %s', (changes, settled, state, tone) => {
    expect(toolView(tool(changes), settled)).toMatchObject({ state, tone })
  })
})

test.each<[Partial<AnyToolPart>, string]>([
  [{}, 'Search docs'],
  [{ type: 'tool-read_file-v2' }, 'Read file v2'],
  [{ type: 'dynamic-tool', toolName: 'sendEmail' }, 'Send email'],
  [{ type: 'dynamic-tool', toolName: ' _ ' }, 'Tool'],
  [{ title: 'Search the documentation' }, 'Search the documentation'],
  [{ title: ' ' }, 'Search docs'],
])('a tool without a title has its name in words: %o', (changes, title) => {
  expect(toolTitle(tool(changes))).toBe(title)
})

describe('the line of a closed card', () => {
  test('is the input, and after it the output', () => {
    expect(toolView(tool(), true).preview).toBe('rewind → 2 items')
    expect(toolView(tool({ state: 'input-available' }), false).preview).toBe('rewind')
    expect(toolView(tool({ input: { a: 1, b: { c: 2 }, d: null }, output: 'one\n\ntwo' }), true).preview).toBe(
      'a: 1, b: …, d: → one two',
    )
  })

  test('shows the end of an input that is being written', () => {
    const { preview } = toolView(tool({ state: 'input-streaming', input: { code: `${'x'.repeat(200)} the end` } }), false)
    expect(preview).toMatch(/^…x+ the end$/)
    expect(preview.length).toBeLessThanOrEqual(61)
  })

  test('shows what the model wrote if it is no JSON', () => {
    expect(toolView(tool({ input: undefined, inputText: 'rewind\nplease', state: 'output-error' }), true).preview).toBe(
      'rewind please',
    )
  })

  test('is empty before the first character', () => {
    expect(toolView(tool({ input: undefined, inputText: '', state: 'input-streaming' }), false).preview).toBe('')
  })
})

describe('what must be read without opening the card', () => {
  test('an error, or that there is none', () => {
    expect(toolView(tool({ state: 'output-error', errorText: 'no such page' }), true).notice).toBe('no such page')
    expect(toolView(tool({ state: 'output-error' }), true).notice).toBe('The tool gave no reason.')
  })

  test('the beginning of a long error; the open card has all of it', () => {
    const part = tool({ state: 'output-error', errorText: 'long '.repeat(1_000) })
    expect(toolView(part, true).notice.length).toBeLessThanOrEqual(401)
    expect(toolDetails(part).instead).toBe(part.errorText)
  })

  test('why an approval is requested, and why it was denied', () => {
    const approval = { id: 'a', requestReason: 'It deletes files.' }
    expect(toolView(tool({ state: 'approval-requested', approval }), false).notice).toBe('It deletes files.')
    const denied = { id: 'a', approved: false, reason: 'Not today.' }
    expect(toolView(tool({ state: 'output-denied', approval: denied }), true).notice).toBe('Not today.')
  })
})

describe('an open card', () => {
  test('has the input and the output as indented JSON', () => {
    expect(toolDetails(tool())).toEqual({ input: '{\n  "query": "rewind"\n}', output: '[\n  1,\n  2\n]', instead: '' })
  })

  test('says that an output is in another message', () => {
    expect(toolDetails(tool({ see: '07', output: undefined }))).toMatchObject({
      output: undefined,
      instead: 'The output is too large to show here.',
    })
  })

  test('shows the beginning of a huge output', () => {
    const { output } = toolDetails(tool({ output: 'y'.repeat(1_000_000) }))
    expect(output).toMatch(/^y{20000}\n… 980000 more characters$/)
  })
})
