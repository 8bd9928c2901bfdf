// @own-process: it weighs the heap
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { Conversation, ConversationEvent } from '@streamfold/core'
import { emptyConversation, normalise, reduce, selectSiblings } from '@streamfold/core'
import { expect, it } from 'vitest'
import type { MessageId } from '../src/index.ts'
import { selectMessageIds, selectSiblingIds, view } from '../src/index.ts'

setFlagsFromString('--expose-gc')
// Optimised code keeps some states that it was made with, in about one run of four. They are no leak.
for (const flag of ['--no-opt', '--no-maglev']) setFlagsFromString(flag)
const collect = runInNewContext('gc') as () => void

/** Reads all that a page reads. */
function read(state: Conversation, known?: readonly MessageId[]): readonly MessageId[] {
  const ids = selectMessageIds(state, known)
  for (const { id } of ids) {
    selectSiblings(state, id)
    selectSiblingIds(state, id)
  }
  for (const select of Object.values(view)) select(state)
  return ids
}

const message = (at: number, source: 'history' | 'live', headers: Record<string, string> = {}): ConversationEvent =>
  normalise(
    {
      serial: `s${String(at).padStart(3, '0')}`,
      action: 'message.create',
      name: at % 2 === 0 ? 'prompt' : 'response',
      data: `text ${at}`,
      clientId: at % 2 === 0 ? 'ann' : 'agent',
      timestamp: at,
      version: { serial: `s${String(at).padStart(3, '0')}`, timestamp: at },
      extras: { headers: { ...(at % 2 === 1 && { role: 'assistant', status: 'complete' }), ...headers } },
    },
    { source },
  )

const mounts = 40

it.each([
  ['a line', {}],
  ['branches', { edits: 's000' }],
])('a conversation that is opened again and again keeps the state of the last time only: %s', async (_, headers) => {
  const states: WeakRef<object>[] = []
  const first = emptyConversation()
  let state: Conversation = first
  function mount(): void {
    let ids = read(state)
    const events: ConversationEvent[] = [
      { type: 'channel', state: 'attaching' },
      { type: 'channel', state: 'attached', resumed: false },
      ...Array.from({ length: 6 }, (_, at) => message(at, 'live', at === 4 ? headers : {})),
      { type: 'history', state: 'loaded', hasOlder: false },
      { type: 'channel', state: 'detached' },
    ]
    for (const event of events) {
      state = reduce(state, event)
      ids = read(state, ids)
    }
    states.push(new WeakRef(state.records))
  }
  for (let at = 0; at < mounts; at++) mount()
  await new Promise((resolve) => setImmediate(resolve))
  collect()
  expect(states.filter((records) => records.deref()).length).toBeLessThan(4)
  expect(selectMessageIds(first)).toEqual([])
})
