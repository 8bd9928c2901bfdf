import type { Message, PromptFile, Store } from '@streamfold/core'
import { selectPath, selectPromptStates, selectSiblings } from '@streamfold/core'
import { ownHeadersProblem } from '@streamfold/core/codec'
import type { ConversationTransport } from '@streamfold/core/transport'
import { ConversationError } from '../conversation-error.ts'
import { findMessage, isOnChannel, promptOf } from './find-message.ts'
import { mayBranch } from './may-branch.ts'
import type { PromptChanges } from './prompt-changes.ts'
import type { PromptOptions } from './prompt-options.ts'
import type { Contents, Prompts, Sender } from './prompts.ts'
import { ownHeaders } from './prompts.ts'
import { randomId } from '../random-id.ts'
import type { Reading } from '../live/reading.ts'

/** What goes with a request for another response. */
export type RegenerateOptions = Pick<PromptOptions, 'headers' | 'id'>

/** What goes with the new text of a prompt. */
export interface EditOptions extends RegenerateOptions {
  /** Its files, by their addresses. Default: those that it has. */
  readonly files?: readonly PromptFile[] | undefined
}

/** The actions that make branches. The view of their author follows them at once, and goes back where they fail. */
export interface BranchActions {
  regenerate(id: string, options: RegenerateOptions | undefined, by: Sender): Promise<void>
  edit(id: string, text: string, options: EditOptions | undefined, by: Sender): Promise<void>
  retry(id: string, by: Sender): Promise<void>
  withdraw(id: string, by: Sender): Promise<void>
}

export function createBranchActions(
  transport: ConversationTransport,
  store: Store,
  reading: () => Reading,
  prompts: Prompts,
  changes: PromptChanges,
): BranchActions {
  /** Whether the channel's format has branches of this kind. */
  function canBranch(prompt: Message, kind: 'edits' | 'again'): boolean {
    const { codec } = reading()
    if (!codec?.prompt) return true
    const draft = { key: 'key', text: '', headers: undefined, messages: [prompt], clientId: transport.clientId }
    const message = codec.prompt({ ...draft, [kind]: prompt.id })
    const event = codec.parse({ ...message, serial: prompt.id, action: 'message.create' }, {})
    return 'fields' in event && event.fields?.[kind] !== undefined
  }

  async function askAgain(prompt: Message, { headers, id: key = randomId() }: RegenerateOptions, by: Sender): Promise<void> {
    if (!mayBranch(prompt, transport.clientId, reading())) {
      const author = prompt.clientId === undefined ? '' : `, "${prompt.clientId}",`
      throw notAsked('not-permitted', `only the author of the prompt${author} may: ask there`)
    }
    by.head.choose(key)
    const problem = await prompts.branch(key, nothing, { headers: { ...ownHeaders(prompt), ...headers }, again: prompt.id }, by)
    if (!problem) return
    by.head.leave(key)
    throw notAsked('regenerate-failed', `${problem.reason}: try again`, problem.cause)
  }

  async function replace(prompt: Message, contents: Contents, options: EditOptions, by: Sender): Promise<void> {
    const failed = (reason: string, cause?: unknown) =>
      new ConversationError('edit-failed', `unable to edit the prompt; ${reason}`, cause)
    if (!canBranch(prompt, 'edits')) throw failed('this channel’s format has no edits: send another prompt')
    const state = store.getState()
    const root = selectSiblings(state, prompt.id)[0] ?? prompt
    const path = selectPath(state, root.id)
    const parent = root.parent ?? path[path.findIndex(({ id }) => id === root.id) - 1]?.id
    const { headers = ownHeaders(prompt), id: key = randomId() } = options
    by.head.choose(key)
    const problem = await prompts.branch(key, contents, { headers, edits: prompt.id, parent }, by)
    if (!problem) return
    by.head.leave(key)
    throw failed(`${problem.reason}: try again`, problem.cause)
  }

  return {
    async regenerate(id, options = {}, by) {
      if (typeof (id as unknown) !== 'string') throw notAsked('wrong-argument', 'the id is no text: give the id of a message')
      const named = findMessage(store.getState(), id)
      if (!named) throw notAsked('not-loaded', 'the message is not in this conversation: load older messages first')
      const sent = named.status === 'sending' ? await prompts.published(named.key) : undefined
      const prompt = promptOf(store.getState(), (sent && findMessage(store.getState(), sent)) || named)
      if (!prompt) throw notAsked('not-loaded', 'its prompt is not in this conversation: load older messages first')
      if (!isOnChannel(prompt)) throw notAsked('regenerate-failed', 'the prompt is not on the channel: send it again')
      if (prompt.status === 'deleted') throw notAsked('regenerate-failed', 'the prompt was deleted: send another one')
      if (!canBranch(prompt, 'again'))
        throw notAsked('regenerate-failed', 'this channel’s format has only one for each prompt: send the prompt once more')
      const problem = ownHeadersProblem(options.headers)
      if (problem !== undefined) throw notAsked('wrong-headers', problem)
      await askAgain(prompt, options, by)
    },
    async edit(id, text, options = {}, by) {
      const wrong = ownHeadersProblem(options.headers)
      if (wrong !== undefined) throw new ConversationError('wrong-headers', `unable to edit the prompt; ${wrong}`)
      const state = store.getState()
      const before = findMessage(state, id)
      const waits = before && selectPromptStates(state).get(before.id) !== 'unanswered'
      const { prompt, branched } = await changes.edit(id, text, options.files, (edited, contents) =>
        replace(edited, contents, options, by),
      )
      // No agent may have been asked to answer the text before.
      if (!branched && !waits && by.notifyAgent) await prompts.ask(prompt, by.notifyAgent)
    },
    retry: (id, by) => prompts.retry(id, by, (prompt) => (canBranch(prompt, 'again') ? askAgain(prompt, {}, by) : undefined)),
    async withdraw(id, by) {
      await changes.withdraw(id)
      const state = store.getState()
      const shown = by.head.in(state)
      if (shown === undefined || findMessage(state, id)?.id !== shown) return
      // What it replaced is shown again.
      const others = selectSiblings(state, shown).filter(({ status }) => status !== 'deleted')
      by.head.choose(others.at(-1)?.id)
    },
  }
}

const nothing: Contents = { text: '', files: [] }

function notAsked(code: ConversationError['code'], reason: string, cause?: unknown): ConversationError {
  return new ConversationError(code, `unable to ask for another response; ${reason}`, cause)
}
