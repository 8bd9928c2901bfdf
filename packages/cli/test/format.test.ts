import { emptyConversation, normalise, reduce, selectMessages, type Conversation, type ConversationEvent } from '@streamfold/core'
import { describe, expect, it } from 'vitest'
import { conceal } from '../src/format/conceal.ts'
import { clockTime } from '../src/format/clock-time.ts'
import { formatConversation } from '../src/format/format-conversation.ts'
import { formatDifference } from '../src/format/format-difference.ts'
import { formatEvent } from '../src/format/format-event.ts'
import { createNames } from '../src/format/names.ts'
import type { Paint } from '../src/output.ts'
import { outputTo } from '../src/output.ts'
import { jsonLine, shorten, visible, visibleLines } from '../src/format/visible.ts'

const escape = '\u001b'
const plain: Paint = (_, text) => text
const marked: Paint = (format, text) => (format === 'plain' ? text : `<${String(format)}>${text}</>`)

function sink(own: { isTTY?: boolean; columns?: number; hasColors?: () => boolean } = {}) {
  const written: string[] = []
  return { ...own, written, write: (text: string) => void written.push(text) }
}

function message(action: string, data: string, version: string, more: object = {}): ConversationEvent {
  const extras = { headers: { role: 'assistant', status: 'streaming' } }
  return normalise({ serial: 's1', action, data, clientId: 'agent', extras, version: { serial: version }, ...more })
}

/** The lines of some events in a row. */
function lines(events: readonly ConversationEvent[], { paint = plain, columns = Infinity } = {}): (string | undefined)[] {
  const name = createNames()
  let state: Conversation = emptyConversation()
  return events.map((event) => {
    const before = state
    state = reduce(state, event)
    return formatEvent({ before, event, after: state, at: undefined }, name, { paint, columns })
  })
}

const attached: readonly ConversationEvent[] = [
  { type: 'connection', state: 'connected' },
  { type: 'channel', state: 'attached', resumed: false },
  { type: 'history', state: 'loaded', hasOlder: true },
]

describe('an event in a line', () => {
  it('prints what happened, to which message, and its effect', () => {
    const ended = { extras: { headers: { role: 'assistant', status: 'failed', error: 'no' } } }
    expect(
      lines([
        ...attached,
        message('message.create', 'Hello', 'v1'),
        message('message.append', ', world', 'v2'),
        message('message.append', ', world', 'v2'),
        { type: 'channel', state: 'attached', resumed: false },
        message('message.append', '!', 'v4'),
        message('message.update', 'Hello, world!', 'v5', ended),
        message('message.delete', '', 'v6'),
        message('message.create', 'Hi', 's2', { serial: 's2', clientId: 'ann', extras: {}, name: 'prompt' }),
      ]),
    ).toEqual([
      'connection connected',
      'channel    attached',
      'history    loaded, there are older messages',
      'create     #1  agent: Hello  streaming',
      'append     #1  + , world',
      'append     #1  + , world  nothing new',
      'channel    attached again, something may be lost  #1 gap',
      'append     #1  + !',
      'update     #1  = Hello, world!  repaired  failed',
      'delete     #1    deleted',
      'create     #2  ann: Hi',
    ])
  })

  it('has a word for every event', () => {
    expect(
      lines([
        { type: 'connection', state: 'disconnected', error: 'cut', retryIn: 15_000 },
        { type: 'channel', state: 'failed', error: 'refused' },
        { type: 'history', state: 'failed', error: 'refused' },
        { type: 'presence', agents: ['agent'] },
        { type: 'presence', agents: [] },
        { type: 'cancel', target: 's1', clientId: 'ann', at: 0 },
        { type: 'ignored', reason: 'data is not text' },
        { type: 'prompt-sent', key: 'k', text: 'Hi', at: 0 },
        { type: 'prompt-failed', key: 'k', error: 'offline' },
        { type: 'prompt-unanswered', serial: 's1', error: 'nobody' },
        { type: 'tick', now: 1 },
      ]),
    ).toEqual([
      'connection disconnected, tries again in 15 s, cut',
      'channel    failed, refused',
      'history    failed, refused',
      'presence   agents: agent',
      'presence   agents: none',
      'cancel     #1  asked by ann',
      'ignored    data is not text',
      'send       user: Hi',
      'send       failed, offline',
      'prompt     #1  nobody',
      undefined,
    ])
  })

  it('prints a tick only if it changes something', () => {
    const ticks: readonly ConversationEvent[] = [1_000, 2_000, 13_000].map((now) => ({ type: 'tick', now }))
    expect(lines([...attached, ticks[0]!, message('message.create', 'a', 'v1'), ...ticks.slice(1)]).slice(-2)).toEqual([
      undefined,
      'silence      #1 stalled',
    ])
  })

  it('is as wide as the terminal, and ends with the news', () => {
    const long = 'x'.repeat(50)
    const told = lines([message('message.create', `${long}a`, 'v1'), message('message.update', `${long}b`, 'v2')], {
      columns: 50,
    })
    expect(told.map((line) => line?.length)).toEqual([50, 50])
    expect(told).toEqual([expect.stringMatching(/agent: x+… {2}streaming$/), expect.stringMatching(/…x+b$/)])
  })

  it('colours the kind and what came of it', () => {
    expect(lines([...attached, message('message.create', 'Hello', 'v1')], { paint: marked }).at(-1)).toBe(
      '<gray></><green>create    </> <bold>#1  </>agent: Hello  <gray>streaming</>',
    )
  })

  it('begins with its number and its time, where there are any', () => {
    const at = new Date(2026, 10, 22, 4, 2, 1, 7).getTime()
    const state = emptyConversation()
    const step = { before: state, event: { type: 'ignored', reason: 'odd' } as const, after: state, at, number: 12 }
    expect(formatEvent(step, createNames(), { paint: plain, columns: 80 })).toBe('   12 04:02:01.007 ignored    odd')
    expect(clockTime(at)).toBe('04:02:01.007')
  })
})

describe('where it prints', () => {
  it('is for people on a terminal, in colours where it has them', () => {
    const terminal = sink({ isTTY: true, columns: 100, hasColors: () => true })
    const output = outputTo(terminal, {})
    expect([output.json, output.columns]).toEqual([false, 100])
    output.print(output.paint('red', 'a'))
    expect(terminal.written).toEqual([`${escape}[31ma${escape}[39m\n`])
    // As with NO_COLOR, which Node honours here.
    expect(outputTo(sink({ isTTY: true, hasColors: () => false }), {}).paint('red', 'a')).toBe('a')
  })

  it('is JSON, a value a line, anywhere else', () => {
    const pipe = sink()
    const output = outputTo(pipe, {})
    expect([output.json, output.paint('red', 'a')]).toEqual([true, 'a'])
    output.printJson({ a: 'b\nc' })
    expect(pipe.written).toEqual(['{"a":"b\\nc"}\n'])
  })

  it('is the one of an option', () => {
    expect(outputTo(sink({ isTTY: true, hasColors: () => true }), { json: true }).json).toBe(true)
    const text = outputTo(sink(), { text: true })
    expect([text.json, text.columns]).toEqual([false, Infinity])
  })
})

describe('what others wrote', () => {
  it('cannot steer the terminal', () => {
    const hostile = `a${escape}[2Jb\u009bc\u202ed\r\n\te`
    expect(visible(hostile)).toBe('a\\u001b[2Jb\\u009bc\\u202ed\\u000d⏎\\u0009e')
    expect(visibleLines(hostile)).toBe('a\\u001b[2Jb\\u009bc\\u202ed\n\te')
    expect(JSON.parse(jsonLine({ hostile }))).toEqual({ hostile })
    expect(jsonLine(hostile)).not.toMatch(/[\u009b\u202e]/)
  })

  it('is cut between characters', () => {
    expect(shorten('😀😀😀', 3)).toBe('😀…')
    expect(shorten('abc', 2, 'end')).toBe('…c')
    expect(shorten('abc', 3)).toBe('abc')
  })

  it.each(['👨‍👩‍👧‍👦', '🇩🇪', '👍🏽', '漢', 'e\u0301', '❤️‍🔥'])(
    'is cut beside a character, not within it, and by columns: %s',
    (character) => {
      const text = character.repeat(30)
      const wide = character === 'e\u0301' ? 1 : 2
      for (let width = 1; width <= 30 * wide; width++) {
        const fit = Math.floor((width - 1) / wide)
        expect(shorten(text, width)).toBe(width === 30 * wide ? text : `${character.repeat(fit)}…`)
        expect(shorten(text, width, 'end')).toBe(width === 30 * wide ? text : `…${character.repeat(fit)}`)
      }
      const before = selectMessages(reduce(emptyConversation(), message('message.create', `${text}a`, 'v1')))[0]!
      const after = { ...before, text: `${text}b` }
      const difference = formatDifference({ type: 'changed', before, after, fields: ['text'] }, plain)
      for (const excerpt of difference.split('\n').slice(2))
        expect(excerpt).toMatch(new RegExp(`^ {4}[-+] …(${character})+[ab]$`))
    },
  )

  it('contains no key when it is printed', () => {
    const secret = 'aB3_'.repeat(10)
    expect(conceal(`refused: app123.key456:${secret} or ${secret}`, `app123.key456:${secret}`)).toBe(
      'refused: app123.key456:*** or ***',
    )
    expect(conceal(`refused: app123.key456:${secret}`)).toBe('refused: app123.key456:***')
    expect(conceal('unable to read ai:my-conversation; line 1 is not JSON')).toBe(
      'unable to read ai:my-conversation; line 1 is not JSON',
    )
  })
})

describe('a conversation for people', () => {
  it('names the author and the status, with the text on its own lines', () => {
    const failed = { extras: { headers: { role: 'assistant', status: 'failed', error: 'over' } } }
    const state = [
      message('message.create', 'What is\nAbly?', 'p', { serial: 'p', clientId: 'ann', name: 'prompt', extras: {} }),
      message('message.create', 'A network', 'v1', failed),
    ].reduce(reduce, emptyConversation())
    expect(formatConversation(state, plain)).toBe(
      'ann  user\n  What is\n  Ably?\n\nagent  assistant, failed\n  A network\n  over',
    )
    const cut = { extras: { headers: { role: 'assistant', status: 'complete', finish: 'length' } } }
    const half = reduce(emptyConversation(), message('message.create', 'A net', 'v1', cut))
    expect(formatConversation(half, plain)).toBe('agent  assistant, complete, ended by length\n  A net')
  })
})

describe('a difference for people', () => {
  it('shows what was added and removed', () => {
    const state = reduce(emptyConversation(), message('message.create', 'Hello', 'v1'))
    const [one] = selectMessages(state)
    expect(formatDifference({ type: 'added', message: one! }, plain)).toBe('+ agent s1, streaming: Hello')
    expect(formatDifference({ type: 'removed', message: one! }, marked)).toBe('<red>- agent s1, streaming: Hello</>')
  })

  it('shows each field that changed, and where a text did', () => {
    const before = selectMessages(reduce(emptyConversation(), message('message.create', `${'x'.repeat(30)}a`, 'v1')))[0]!
    const after = { ...before, text: `${'x'.repeat(30)}b!`, error: 'no' }
    const fields = ['text', 'error'] as const
    expect(formatDifference({ type: 'changed', before, after, fields }, plain).split('\n')).toEqual([
      '~ agent s1',
      '    text: differs from character 30 on, 1 longer',
      `    - …${'x'.repeat(20)}a`,
      `    + …${'x'.repeat(20)}b!`,
      '    error: none → no',
    ])
  })
})
