import type { MessageContext } from '@streamfold/app-shared'
import {
  authorOfPrompt,
  copyAnswer,
  focusAction,
  focusPrompt,
  messageAttributes,
  messageView,
  sameButParts,
  texts,
} from '@streamfold/app-shared'
import { useConversation, useMessage, usePromptState, useSelector, useStore } from '@streamfold/react'
import { memo, useState } from 'react'
import { MessageParts } from '../parts/message-parts.tsx'
import { PromptEditor } from './prompt-editor.tsx'
import { State } from '../state.tsx'
import { Versions } from './versions.tsx'

interface Props extends Omit<MessageContext, 'promptState' | 'askedBy'> {
  readonly id: string
  readonly attempt: (work: () => Promise<void>) => Promise<boolean>
  readonly onRetry: (id: string) => void
  /** Shows the end of the conversation, and follows it. */
  readonly jump: () => void
}

export const MessageItem = memo(function MessageItem({ id, attempt, onRetry, jump, ...context }: Props) {
  const message = useMessage(id, { isEqual: sameButParts })
  const store = useStore()
  const promptState = usePromptState(id)
  const askedBy = useSelector((state) => authorOfPrompt(state, id))
  const { edit, withdraw } = useConversation()
  const [editing, setEditing] = useState(false)
  if (!message) return null
  const view = messageView(message, { ...context, promptState, askedBy })

  function save(text: string) {
    setEditing(false)
    if (text !== message?.text) {
      if (!view.waits) jump()
      void attempt(() => edit(id, text))
    }
    focusPrompt()
  }

  function cancelEdit() {
    setEditing(false)
    focusAction(id, 'edit')
  }

  function onWithdraw() {
    void attempt(() => withdraw(id))
    focusPrompt()
  }

  return (
    <li className="message" {...messageAttributes(message)} data-prompt={promptState}>
      <div className="message-head">
        <p className="author">{view.author}</p>
        {view.busy && <State tone={view.tone} text={view.state} />}
      </div>
      {view.deleted ? (
        <p className="deleted">{texts.deleted}</p>
      ) : (
        <>
          {editing ? (
            <PromptEditor text={view.prompt} waits={view.waits} onSave={save} onCancel={cancelEdit} />
          ) : (
            view.prompt !== '' && (
              <p className="prompt" dir="auto">
                {view.prompt}
              </p>
            )
          )}
          {view.hasParts && <MessageParts id={id} live={view.writing} />}
          {view.empty !== '' && <p className="no-answer">{view.empty}</p>}
        </>
      )}
      {view.foot && !editing && (
        <div className="message-foot" data-busy={view.busy || undefined}>
          {!view.busy && view.state !== '' && <State tone={view.tone} text={view.state} />}
          <div className="actions">
            <Versions id={id} />
            {view.canCopy && (
              <button type="button" className="action copy" onClick={(event) => void copyAnswer(event.currentTarget, store, id)}>
                <span className="idle">{texts.copy}</span>
                <span className="done">{texts.copied}</span>
                <span className="not-done">{texts.notCopied}</span>
              </button>
            )}
            {view.canEdit && (
              <>
                <button type="button" className="action" data-testid="edit" onClick={() => setEditing(true)}>
                  {texts.prompt.edit}
                </button>
                {view.waits && (
                  <button type="button" className="action" data-testid="withdraw" onClick={onWithdraw}>
                    {texts.prompt.withdraw}
                  </button>
                )}
              </>
            )}
            {view.canRegenerate && (
              <button type="button" className="action" data-testid="regenerate" onClick={() => onRetry(id)}>
                {texts.regenerate}
              </button>
            )}
            {view.canRetry && (
              <button type="button" className="action retry" data-testid="retry" onClick={() => onRetry(id)}>
                {texts.retry}
              </button>
            )}
          </div>
        </div>
      )}
    </li>
  )
})
