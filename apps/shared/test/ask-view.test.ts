import type { CallPart } from '@streamfold/core'
import { describe, expect, test } from 'vitest'
import type { AskContext } from '../src/parts/ask-view.ts'
import { askView } from '../src/parts/ask-view.ts'

const at = new Date(2026, 0, 1, 14, 5).getTime()
const time = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' }).format(at)
const me = 'person-me'
const context: AskContext = { clientId: me, allowed: true, connectionStatus: 'live', settled: false, now: at }

function call(fields: Partial<CallPart>): CallPart {
  const none = { toolCallId: 'c', inputText: '', output: undefined }
  // The fields of a call that are given.
  return {
    type: 'tool-sendInvitation',
    ...none,
    input: { to: 'ada', subjectLine: 'Lunch' },
    state: 'approval-requested',
    ...fields,
  } as CallPart
}

const approval = (fields: CallPart['approval'] | object = {}) => ({ approval: { id: 'a', ...fields } })
const decided = (fields: object) =>
  call({ state: 'approval-responded', ...approval({ approved: true, by: me, at, answer: '1', ...fields }) })

describe('a call that needs an approval', () => {
  test('shows its input in words, and can be decided by those who may', () => {
    expect(askView(call(approval()), context)).toEqual({
      fields: [
        { name: 'To', text: 'ada' },
        { name: 'Subject line', text: 'Lunch' },
      ],
      label: 'What the agent is about to do',
      request: '',
      open: true,
      decision: '',
      tone: 'warn',
      late: [],
    })
  })

  test('says why it is asked, and until when', () => {
    const asked = call(approval({ requestReason: 'It costs money.', until: at }))
    expect(askView(asked, context)?.request).toBe(`It costs money. It waits until ${time}.`)
  })

  test.each([
    [undefined, 'This can only be decided by the person who asked.'],
    [['ann', 'bob'], 'This can only be decided by ann, bob.'],
  ])('cannot be decided by others (%j)', (of, decision) => {
    const view = askView(call(approval(of && { of })), { ...context, allowed: false })
    expect(view).toMatchObject({ open: false, decision })
  })

  test.each<[CallPart, Partial<AskContext>, string]>([
    [decided({}), {}, `Approved by you, ${time}`],
    [decided({ by: 'ann', reason: 'Fine' }), {}, `Approved by ann, ${time}: Fine`],
    [decided({ approved: false, by: 'ann', reason: ' ' }), {}, `Denied by ann, ${time}`],
    [decided({ by: undefined, at: undefined }), {}, 'Approved'],
    [decided({ approved: false, by: undefined, auto: 'deadline' }), {}, 'Denied, because nobody decided in time'],
    [decided({ pending: true, by: undefined, at: undefined }), {}, 'Approved by you. It is being sent.'],
    [decided({ pending: true }), { connectionStatus: 'offline' }, 'Approved by you. It is sent when you are online again.'],
    [call(approval()), { settled: true }, 'The answer ended before this was decided.'],
  ])('says who decided, and when (%#)', (part, changes, decision) => {
    expect(askView(part, { ...context, ...changes })).toMatchObject({ open: false, decision })
  })

  test('names the answers that came too late', () => {
    const late = [
      { serial: '2', by: me, approved: false, at },
      { serial: '3', by: 'ann', approved: true, at },
    ]
    expect(askView(decided({ late }), context)?.late).toEqual([
      `Too late: you denied, ${time}`,
      `Too late: ann approved, ${time}`,
    ])
  })

  test('shows no input that is not complete, and none of a call about which nobody is asked', () => {
    expect(askView(call({ state: 'input-streaming', ...approval() }), context)).toBeUndefined()
    expect(askView(call({ state: 'input-available' }), context)).toBeUndefined()
  })

  test('cuts what is too long to be read, and says so', () => {
    const input = { ...Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`f${n}`, n])), f0: 'x'.repeat(5_000) }
    const { fields = [] } = askView(call({ input, ...approval() }), context) ?? {}
    expect(fields).toHaveLength(21)
    expect(fields[0]?.text).toMatch(/^x{2000}… 3000 more characters: open the card$/)
    expect(fields.at(-1)).toEqual({ name: '', text: '… 10 more: open the card' })
  })
})

describe('a call that a page runs', () => {
  const wanted = (fields: object = {}, part: Partial<CallPart> = {}) =>
    call({
      type: 'tool-timeZoneAndLanguage',
      input: {},
      state: 'input-available',
      wanted: { id: 'w', ...fields },
      ...part,
    } as Partial<CallPart>)
  const output = { timeZone: 'UTC', languages: ['de', 'en'] }

  test('shows what it gives away, before and after', () => {
    const before = askView(wanted(), context)
    expect(before).toMatchObject({ label: 'What your browser tells the agent', decision: 'Your browser answers this by itself.' })
    expect(before?.fields.map(({ name }) => name)).toEqual(['Time zone', 'Languages'])
    expect(askView(wanted({ by: me, at, answer: '1' }, { state: 'output-available', output }), context)).toMatchObject({
      label: 'What the browser told the agent',
      fields: [
        { name: 'Time zone', text: 'UTC' },
        { name: 'Languages', text: 'de, en' },
      ],
      decision: `Given by you, ${time}`,
    })
  })

  test('shows to others only what was given', () => {
    expect(askView(wanted(), { ...context, allowed: false })).toMatchObject({
      fields: [],
      decision: 'This waits for a browser of the person who asked.',
    })
  })

  test.each<[CallPart, Partial<AskContext>, string]>([
    [wanted({}, { type: 'tool-other' } as Partial<CallPart>), {}, 'This page has no such tool, so it cannot answer.'],
    [wanted({ auto: 'deadline' }), {}, 'No browser answered in time.'],
    [wanted({ answer: '1' }, { state: 'output-error' }), {}, 'The browser could not answer.'],
    [wanted({}, { state: 'interrupted' }), { settled: true }, 'The answer ended before this was decided.'],
    [
      wanted({ pending: true }, { state: 'output-available', output }),
      { connectionStatus: 'offline' },
      'Given by you. It is sent when you are online again.',
    ],
  ])('says what became of it (%#)', (part, changes, decision) => {
    expect(askView(part, { ...context, ...changes })?.decision).toBe(decision)
  })
})
