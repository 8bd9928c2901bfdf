import type { Conversation, ConversationEvent, MessageRecord, WireEvent } from '@streamfold/core'
import { characters, describeDoubt, describeVersion, stopsLengthCheck, whyIgnored } from '@streamfold/core/log'
import { selectEffects } from '@streamfold/core/transport'
import type { Entry } from './entry.ts'
import { isBeingWritten } from './entry.ts'
import { allMessages, findMessage } from './find-message.ts'

/** Explains the effect of an event, and if it had none the reason, in a sentence or two. */
export function explain(entry: Entry, event: ConversationEvent, before: Conversation, after: Conversation): string {
  if (entry.kind === 'rejected') return `Not a message of a conversation: ${'reason' in event ? event.reason : ''}.`
  if ('version' in event) {
    const is = findMessage(after, event.serial)
    const doubt = describeDoubt(before, event, after)
    const sentence =
      doubt === undefined
        ? (explainParts(entry, event, before, after) ?? explainVersion(entry, event, findMessage(before, event.serial), is))
        : `Not appended: ${doubt}. The text is read again.`
    const stops = stopsLengthCheck(before, after)
      ? ['The lengths on this channel were wrong twice: they are not checked any more.']
      : []
    return [sentence, ...branchOf(event, after), ...stops, ...endOf(entry, is)].join(' ')
  }
  const sentences = [explainOther(event, before, after), ...consequences(entry, before, after)]
  return sentences.join(' ')
}

/** What a new prompt says of the branches, and whether that counts. */
function branchOf(event: WireEvent, after: Conversation): readonly string[] {
  if (event.type !== 'created' || event.role !== 'user') return []
  const { again, edits, into } = findMessage(after, event.serial) ?? {}
  const reason = whyIgnored(after, event)
  if (again === undefined && edits === undefined && into === undefined) return []
  const words =
    again !== undefined
      ? 'It asks for another response'
      : edits !== undefined
        ? 'It is another version of an earlier prompt'
        : 'It is for the response that runs'
  return [reason === undefined ? `${words}.` : `${words}, which changes nothing: ${reason}.`]
}

/** What changed in a message with parts; undefined for plain text, and for a version that was not applied. */
function explainParts(entry: Entry, event: WireEvent, before: Conversation, after: Conversation): string | undefined {
  if (unapplied.has(entry.kind)) return undefined
  const described = describeVersion(before, event, after)
  if (!described) return undefined
  const [first = '', ...rest] = described.words
  const all = `${first.charAt(0).toUpperCase()}${first.slice(1)}${rest.map((words) => `; ${words}`).join('')}.`
  const begins =
    before === after || findMessage(before, event.serial) !== undefined ? '' : 'A message is seen for the first time. '
  const repaired = entry.kind === 'repair' ? 'The gap is closed, or an append before it was lost or refused. ' : ''
  return `${begins}${repaired}${all}`
}

const unapplied: ReadonlySet<Entry['kind']> = new Set(['held', 'ignored', 'delete'])

function explainVersion(entry: Entry, event: WireEvent, was: MessageRecord | undefined, is: MessageRecord | undefined): string {
  switch (entry.kind) {
    case 'create':
      // A prompt has one version.
      if (event.role === 'user') return `A prompt of ${characters(entry.size)}.`
      if (event.type !== 'created') return `A response is seen for the first time, with ${characters(entry.size)}.`
      return `A response begins${entry.size > 0 ? ` with ${characters(entry.size)}` : ''}.`
    case 'append':
      if (entry.size === 0) return 'An append without text: it only changes the status.'
      return `${characters(entry.size)} appended: the text shown was exactly the stream’s.`
    case 'repair':
      if (event.type === 'appended') return 'The gap is closed: the stream has reached the text shown, which a snapshot brought.'
      if (was?.continuity === 'gapped') return `The gap is closed: the text is complete again${grown(entry.added)}.`
      return `The text was mended by a full version${grown(entry.added)}: an append before it was lost or refused.`
    case 'update':
      return explainUpdate(entry, was, is)
    case 'snapshot':
      if (was && was.text === is?.text) return 'History holds a newer version, with the same text.'
      return was ? `History holds a newer text${grown(entry.added)}.` : `Read from history with ${characters(entry.size)}.`
    case 'delete':
      return 'Deleted: no reader sees its text from now on.'
    case 'held':
      return explainHeld(event, was)
    default:
      return explainIgnored(event, was)
  }
}

function explainUpdate({ added }: Entry, was: MessageRecord | undefined, is: MessageRecord | undefined): string {
  if (!was || !is || was.text === is.text) return 'The full text arrived; it is the text that was shown.'
  if (isBeingWritten(was.status) && is.text.startsWith(was.text))
    return `The full text arrived instead of an increment; it is longer by ${characters(added)}.`
  return `Another text takes the place of the one shown${grown(added)}.`
}

/** The status of a response that this event ended; a prompt has no end, and a deletion needs no more words. */
function endOf({ ended }: Entry, is: MessageRecord | undefined): readonly string[] {
  if (ended === undefined || ended === 'deleted' || is?.role === 'user') return []
  return [ended === 'failed' ? `The response has failed${because(is?.error)}.` : `The response is ${ended}${finished(is)}.`]
}

/** The finish reason, if the model did not finish normally. */
function finished(is: MessageRecord | undefined): string {
  const finish = is?.finish ?? 'stop'
  return finish === 'stop' ? '' : `, ended by ${finish}`
}

/** Explains the base rule: an append extends only the text at the stream's position. */
function explainHeld(event: WireEvent, was: MessageRecord | undefined): string {
  if (!was) return 'Not appended: no full version of this message has arrived. It is gapped until one does.'
  if (event.version <= was.version) return 'Already in the text shown, which came by a snapshot; the stream is on its way there.'
  if (was.status === 'deleted') return 'Not appended: the message is deleted, and only a full version can restore its text.'
  return 'Not appended: the text shown is not where the stream is, so something may be missing in between. A newer snapshot is asked for.'
}

function explainIgnored(event: WireEvent, was: MessageRecord | undefined): string {
  if (!was) return 'Nothing changed.'
  if (event.version === was.version) return 'Ignored: this version is the one shown.'
  if (event.version < was.version) return 'Ignored: a newer version is shown already.'
  if (event.type === 'snapshot') return 'Ignored: newer than the text shown, but the stream gets there by itself.'
  return 'Ignored: the stream has passed this version already.'
}

function explainOther(event: ConversationEvent, before: Conversation, after: Conversation): string {
  switch (event.type) {
    case 'channel':
      if (event.state !== 'attached') return `The channel ${stateOf(event.state)}${because(event.error)}.`
      if (event.resumed) return 'Attached, and the stream goes on without loss.'
      return after.context.channel.place === 'hydrating'
        ? 'Attached: the stream begins here, and earlier messages are in history.'
        : 'Attached again: messages sent meanwhile may have been missed.'
    case 'connection':
      return `The connection ${stateOf(event.state)}${because(event.error)}.`
    case 'history':
      if (event.state === 'failed') return `History could not be read${because(event.error)}.`
      if (event.state === 'older') return 'A page of older messages was read.'
      return `History is read: ${gapped(after) === 0 ? 'nothing is missing any more' : 'it did not hold all that is missing'}.`
    case 'presence':
      return event.agents.length > 0 ? `Present: ${event.agents.join(', ')}.` : 'No agent is present.'
    case 'prompt-sent':
      return 'A prompt is shown at once, and published.'
    case 'prompt-failed':
      return `The prompt could not be published${because(event.error)}.`
    case 'prompt-unanswered':
      return event.error === undefined ? 'The prompt is asked again.' : `No agent could be asked${because(event.error)}.`
    case 'answer': {
      const reason = whyIgnored(after, event)
      const words = `${event.clientId ?? 'A client without an id'} ${answers[event.kind]} a call`
      return reason === undefined ? `${words}.` : `${words}, which changes nothing: ${reason}.`
    }
    case 'versions-read':
      return 'The older versions of a message were read, because the newest is by someone who may not change it.'
    case 'answer-sent':
      return 'An answer to a call is shown at once, and published.'
    case 'answer-failed':
      return `The answer could not be published${because(event.error)}.`
    case 'cancel': {
      const reason = whyIgnored(before, event)
      return reason === undefined
        ? 'A reader asks the agent to stop; the response changes when the agent has stopped.'
        : `${event.clientId ?? 'A client without an id'} asks the agent to stop, which changes nothing: ${reason}.`
    }
    default:
      if (event.type === 'tick' && event.awoke) return 'The machine slept and received nothing: idle times restart now.'
      return before === after || before.records === after.records
        ? 'Time passes.'
        : 'Time passes, and the idle rules change a response.'
  }
}

const answers = {
  approve: 'approves',
  deny: 'denies',
  output: 'gives the output of',
  fault: 'reports the failure of',
} as const

function consequences(entry: Entry, before: Conversation, after: Conversation): readonly string[] {
  const to = (value: string) => entry.changes.filter((change) => change.to === value).length
  const sentences: string[] = []
  for (const { track, from, to } of entry.changes) {
    if (track === 'channel') sentences.push(`The conversation goes from ${from} to ${to}.`)
  }
  if (to('gapped') > 0) sentences.push(`${responses(to('gapped'))} gapped until a full version comes.`)
  if (to('stalled') > 0) sentences.push(`${responses(to('stalled'))} stalled.`)
  if (to('abandoned') > 0) sentences.push(`${responses(to('abandoned'))} abandoned.`)
  const asked = selectEffects(after).some(({ type }) => type === 'fetchHistory') && selectEffects(before).length === 0
  if (asked) sentences.push('History is asked for.')
  return sentences
}

function responses(count: number): string {
  return count === 1 ? 'One response is' : `${count} responses are`
}

function grown(added: number): string {
  return added === 0 ? '' : added > 0 ? `, ${characters(added)} longer` : `, ${characters(-added)} shorter`
}

function because(error: string | undefined): string {
  return error ? `: ${error.replace(/\.$/, '')}` : ''
}

function stateOf(state: string): string {
  return state === 'failed' ? 'has failed' : `is ${state}`
}

/** The number of gapped messages. */
function gapped(conversation: Conversation): number {
  // The last one of each is the newest.
  const newest = new Map(allMessages(conversation).map((message) => [message.id, message]))
  return [...newest.values()].filter(({ continuity }) => continuity === 'gapped').length
}
