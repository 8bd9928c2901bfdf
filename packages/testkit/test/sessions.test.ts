import type { Conversation, ConversationEvent } from '@streamfold/core'
import { selectMessages, selectPath, selectSiblings, toJSON } from '@streamfold/core'
import { runSession, sessions } from '@streamfold/testkit'
import * as fc from 'fast-check'
import { expect, it } from 'vitest'

type Step = { readonly event: ConversationEvent; readonly before: Conversation; readonly after: Conversation }

const combined = (state: Conversation) =>
  toJSON(state).records.length > selectMessages(state).length - state.context.pending.length
const found = (state: Conversation, serial: string) => toJSON(state).records.find(({ id }) => id === serial)

/** What a law can check only where it happens. */
const kinds: Readonly<Record<string, (step: Step) => boolean>> = {
  'a prompt being sent': ({ event }) => event.type === 'prompt-sent',
  'a prompt with files': ({ event, after }) =>
    event.type === 'created' &&
    selectMessages(after).some(({ role, parts }) => role === 'user' && parts.some(({ type }) => type === 'file')),
  'a prompt that failed': ({ event, before, after }) => event.type === 'prompt-failed' && before !== after,
  'a prompt that no agent could be asked to answer': ({ event, before, after }) =>
    event.type === 'prompt-unanswered' && before !== after,
  'an acknowledgement': ({ event, before, after }) =>
    event.type === 'snapshot' && event.source === 'local' && before.context.pending.length > after.context.pending.length,
  'an echo before the acknowledgement': ({ event, before, after }) =>
    event.type === 'created' && before.context.pending.length > after.context.pending.length,
  'two prompts under one id': ({ event, after }) =>
    event.type === 'created' &&
    event.role === 'user' &&
    event.messageId !== undefined &&
    found(after, event.serial)?.key !== event.messageId,
  'a second agent': ({ event }) => 'clientId' in event && event.clientId === 'agent-2',
  'a stranger': ({ event }) => 'clientId' in event && event.clientId === 'mallory' && event.type !== 'cancel',
  'agents that come and go': ({ event, before }) => event.type === 'presence' && before.context.agents !== undefined,
  'a cancel': ({ event }) => event.type === 'cancel',
  'a suspended channel': ({ after }) => after.context.channel.status === 'suspended',
  'a failed channel': ({ after }) => after.context.channel.status === 'failed' && !after.context.channel.unopened,
  'a detached channel that was read': ({ event, before }) =>
    event.type === 'channel' && event.state === 'detached' && before.context.channel.known,
  'no channel to follow': ({ after }) => after.context.channel.unopened === true,
  'a client that is not let in': ({ after }) => after.context.connection.refused === true,
  'history that failed': ({ event, before, after }) => event.type === 'history' && event.state === 'failed' && before !== after,
  'history that is read again after a pause': ({ event, before, after }) =>
    event.type === 'tick' && before.context.channel.attempt < after.context.channel.attempt,
  'history with older pages': ({ event }) => event.type === 'history' && event.hasOlder === true,
  'an older page': ({ event }) => event.type === 'history' && event.state === 'older',
  sleep: ({ event, before }) => event.type === 'tick' && event.awoke === true && before.context.channel.status === 'live',
  'an appended record of several': ({ event, after }) => event.type === 'appended' && combined(after),
  'a continuation before its beginning': ({ event, before, after }) =>
    'serial' in event &&
    'fields' in event &&
    found(before, event.serial) === undefined &&
    combined(after) &&
    !combined(before) &&
    toJSON(before).records.some(({ placement }) => placement?.continues === event.serial),
  'a step tried again in a named group': ({ after }) => toJSON(after).records.some(({ placement }) => placement?.attempt === '2'),
  'a group that has a mark': ({ after }) => toJSON(after).records.some(({ placement }) => placement?.mark === true),
  'a deleted record of several': ({ event, after }) => event.type === 'deleted' && combined(after),
  'an answer that its prompt’s deletion ended': ({ event, after }) =>
    event.type === 'deleted' &&
    toJSON(after).records.some(({ status, declaredPhase }) => status === 'cancelled' && declaredPhase !== 'cancelled'),
  'a reason for the end': ({ after }) => toJSON(after).records.some(({ finish }) => finish === 'length'),
  'an end in the metadata of a version': ({ event }) =>
    'phase' in event && event.phase === 'complete' && event.role === 'assistant' && event.fields?.phase !== 'complete',
  'an edit that counts': ({ after }) => selectPath(after).length < selectMessages(after).length,
  'a request for another response': ({ after }) => selectPath(after).some(({ id }) => selectSiblings(after, id).length > 1),
  'a gap': ({ after }) => toJSON(after).records.some(({ continuity }) => continuity === 'gapped'),
}

it('holds each kind of event in many sessions', () => {
  const seen = new Map<string, number>(Object.keys(kinds).map((kind) => [kind, 0]))

  for (const session of fc.sample(sessions(), { numRuns: 600, seed: 1 })) {
    const { subscribers } = runSession(session)
    const steps = subscribers.flatMap((subscriber) => subscriber.steps)
    for (const [kind, holds] of Object.entries(kinds)) if (steps.some(holds)) seen.set(kind, seen.get(kind)! + 1)
  }
  expect([...seen].filter(([, count]) => count === 0)).toEqual([])
})
