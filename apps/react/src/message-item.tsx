import type { MessageContext } from '@streamfold/app-shared'
import { copyAnswer, messageAttributes, messageView, sameButParts, texts } from '@streamfold/app-shared'
import { useMessage, useStore } from '@streamfold/react'
import { memo } from 'react'
import { MessageParts } from './parts/message-parts.tsx'
import { State } from './state.tsx'

interface Props extends MessageContext {
  readonly id: string
  readonly onRetry: (id: string) => void
}

export const MessageItem = memo(function MessageItem({ id, onRetry, ...context }: Props) {
  const message = useMessage(id, { isEqual: sameButParts })
  const store = useStore()
  if (!message) return null
  const view = messageView(message, context)

  return (
    <li className="message" {...messageAttributes(message)}>
      <div className="message-head">
        <p className="author">{view.author}</p>
        {view.busy && <State tone={view.tone} text={view.state} />}
      </div>
      {view.deleted ? (
        <p className="deleted">{texts.deleted}</p>
      ) : (
        <>
          {view.prompt !== '' && (
            <p className="prompt" dir="auto">
              {view.prompt}
            </p>
          )}
          {view.hasParts && <MessageParts id={id} live={view.writing} />}
          {view.empty !== '' && <p className="no-answer">{view.empty}</p>}
        </>
      )}
      {view.foot && (
        <div className="message-foot" data-busy={view.busy || undefined}>
          {!view.busy && <State tone={view.tone} text={view.state} />}
          <div className="actions">
            {view.canCopy && (
              <button type="button" className="action copy" onClick={(event) => void copyAnswer(event.currentTarget, store, id)}>
                <span className="idle">{texts.copy}</span>
                <span className="done">{texts.copied}</span>
                <span className="not-done">{texts.notCopied}</span>
              </button>
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
