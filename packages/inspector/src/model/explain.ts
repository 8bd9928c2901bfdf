import type { Cancel, Conversation, ConversationEvent, Message, WireEvent } from '@streamfold/core'
import { selectMessage, selectMessages } from '@streamfold/core'
import { selectEffects } from '@streamfold/core/transport'
import type { Entry } from './entry.ts'
import { isBeingWritten } from './entry.ts'
import { allMessages, findMessage } from './find-message.ts'

/** What an event came to, and where it came to nothing, why: in a sentence or two. */
export function explain(entry: Entry, event: ConversationEvent, before: Conversation, after: Conversation): string {
  if (entry.kind === 'rejected') return `Not a message of a conversation: ${'reason' in event ? event.reason : ''}.`
  if ('version' in event) {
    const is = findMessage(after, event.serial)
    const sentence = explainVersion(entry, event, findMessage(before, event.serial), is)
    return [sentence, ...endOf(entry, is)].join(' ')
  }
  const sentences = [explainOther(event, before, after), ...consequences(entry, before, after)]
  return sentences.join(' ')
}

function explainVersion(entry: Entry, event: WireEvent, was: Message | undefined, is: Message | undefined): string {
  switch (entry.kind) {
    case 'create':
      // A prompt comes as one.
      if (event.role === 'user') return `A prompt of ${characters(entry.size)}.`
      if (event.type !== 'created') return `A response is seen for the first time, with ${characters(entry.size)}.`
      return `A response begins${entry.size > 0 ? ` with ${characters(entry.size)}` : ''}.`
    case 'append':
      if (entry.size === 0) return 'An append without text: it says only how the response stands.'
      return `${characters(entry.size)} appended: the text shown was exactly the stream’s.`
    case 'repair':
      if (event.type === 'appended') return 'The gap is closed: the stream has reached the text shown, which a snapshot brought.'
      if (was?.continuity === 'gapped') return `The gap is closed: the text is whole again${grown(entry.added)}.`
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

function explainUpdate({ added }: Entry, was: Message | undefined, is: Message | undefined): string {
  if (!was || !is || was.text === is.text) return 'The whole text came; it is what was shown.'
  if (isBeingWritten(was.status) && is.text.startsWith(was.text))
    return `The whole text came in place of an increment; it is longer by ${characters(added)}.`
  return `Another text takes the place of the one shown${grown(added)}.`
}

/** How a response that this ended stands; a prompt has no end, and of a deletion all is said. */
function endOf({ ended }: Entry, is: Message | undefined): readonly string[] {
  if (ended === undefined || ended === 'deleted' || is?.role === 'user') return []
  return [ended === 'failed' ? `The response has failed${because(is?.error)}.` : `The response is ${ended}${finished(is)}.`]
}

/** Why its model ended, where that was no good end. */
function finished(is: Message | undefined): string {
  const finish = is?.finish ?? 'stop'
  return finish === 'stop' ? '' : `, ended by ${finish}`
}

/** The base rule: an increment extends only the text that the stream is at. */
function explainHeld(event: WireEvent, was: Message | undefined): string {
  if (!was) return 'Not appended: this message was never seen whole. It is gapped until a full version comes.'
  if (event.version <= was.version) return 'Already in the text shown, which came by a snapshot; the stream is on its way there.'
  if (was.status === 'deleted')
    return 'Not appended: the message is deleted, and what it would become only a full version can say.'
  return 'Not appended: the text shown is not where the stream is, so something may be missing in between. A newer snapshot is asked for.'
}

function explainIgnored(event: WireEvent, was: Message | undefined): string {
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
        ? 'Attached: the stream begins here, and what was said before is in history.'
        : 'Attached anew: what was sent meanwhile may have been missed.'
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
    case 'cancel':
      return isOthers(event, after)
        ? `${event.clientId ?? 'A client without an id'} asks the agent to stop an answer to somebody else: the agent ignores it, unless its mayCancel says otherwise.`
        : 'A reader asks the agent to stop; the reader’s own state waits for what the agent says.'
    default:
      if (event.type === 'tick' && event.awoke) return 'The machine slept, and heard nothing: a silence counts from now.'
      return before === after || before.records === after.records ? 'Time passes.' : 'Time passes, and a silence is judged.'
  }
}

/** Whether a cancel is of neither the author of the prompt nor the agent, as far as both are known. */
function isOthers({ target, clientId }: Cancel, state: Conversation): boolean {
  const message = selectMessage(state, target)
  const prompt = message?.role === 'assistant' ? selectMessage(state, message.replyTo ?? '') : message
  if (!prompt || prompt.role !== 'user' || prompt.clientId === clientId) return false
  const agents = selectMessages(state).filter(({ role, clientId: author }) => role === 'assistant' && author === clientId)
  return agents.length === 0 && state.context.agents?.includes(clientId ?? '') !== true
}

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

function characters(count: number): string {
  return count === 1 ? '1 character' : `${count.toLocaleString('en')} characters`
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

/** How many texts are known to be incomplete. */
function gapped(conversation: Conversation): number {
  // The newest of each is the last.
  const newest = new Map(allMessages(conversation).map((message) => [message.id, message]))
  return [...newest.values()].filter(({ continuity }) => continuity === 'gapped').length
}
