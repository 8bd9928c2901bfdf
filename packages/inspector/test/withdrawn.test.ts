import { emptyConversation } from '@streamfold/core'
import { createRecorder } from '@streamfold/core/log'
import { expect, it } from 'vitest'
import { createTimelineReader, timelineOf } from '../src/model/read-timeline.ts'
import { live } from './story.ts'

const prompt = { serial: 's0', clientId: 'ann', name: 'prompt', extras: {} }
const answer = { extras: { headers: { role: 'assistant', status: 'streaming', 'reply-to': 's0' } } }

it('shows that an answer ended with its prompt, also where the log has let go of how', () => {
  const events = [
    live('create', 'v0', 'Why?', prompt),
    live('create', 'v1', '', answer),
    live('append', 'v2', 'Because', answer),
    live('delete', 'v3', '', prompt),
    live('update', 'v4', 'Why?', prompt),
    live('delete', 'v5', '', prompt),
  ]
  const whole = timelineOf({ start: emptyConversation(), events })
  expect(whole.lanes.get('s1')?.status.map(({ value }) => value)).toEqual(['streaming', 'cancelled', 'streaming', 'cancelled'])
  const recorder = createRecorder(emptyConversation(), { limit: 2 })
  const reader = createTimelineReader()
  for (const event of events) {
    recorder.record(event)
    reader.read(recorder.log)
  }
  expect(reader.timeline.lanes.get('s1')?.status).toEqual(timelineOf(recorder.log).lanes.get('s1')?.status)
})
