import type { SavedConversation } from '@streamfold/app-shared'
import {
  addressOf,
  endOnEscape,
  forgetConversation,
  isPlainClick,
  isUnread,
  renameConversation,
  texts,
  timeText,
} from '@streamfold/app-shared'
import type { KeyboardEvent, MouseEvent, SubmitEvent } from 'react'
import { useState } from 'react'

interface Props {
  readonly conversation: SavedConversation
  readonly current: boolean
  readonly onOpen: (id: string) => void
  /** The conversation on the page was deleted. */
  readonly onForgotten: () => void
}

export function ConversationRow({ conversation, current, onOpen, onForgotten }: Props) {
  const { id, title, at, last, waiting, busy } = conversation
  const unread = !current && isUnread(conversation)
  const [doing, setDoing] = useState<'rename' | 'remove'>()
  const [name, setName] = useState(title)

  function open(event: MouseEvent) {
    if (!isPlainClick(event.nativeEvent)) return
    event.preventDefault()
    onOpen(id)
  }

  function rename(event: SubmitEvent) {
    event.preventDefault()
    renameConversation(id, name)
    setDoing(undefined)
  }

  function remove() {
    forgetConversation(id)
    if (current) onForgotten()
  }

  const escape = ({ nativeEvent }: KeyboardEvent) => endOnEscape(nativeEvent, () => setDoing(undefined))

  if (doing === 'rename') {
    return (
      <li className="conversation" data-testid="conversation">
        <form className="rename" onSubmit={rename} onKeyDown={escape}>
          <input
            aria-label={texts.renameLabel}
            dir="auto"
            value={name}
            onChange={(event) => setName(event.target.value)}
            ref={(input) => input?.focus()}
          />
          <button type="submit" className="action">
            {texts.save}
          </button>
          <button type="button" className="action" onClick={() => setDoing(undefined)}>
            {texts.cancel}
          </button>
        </form>
      </li>
    )
  }

  return (
    <li className="conversation" data-testid="conversation" data-unread={unread || undefined}>
      <a href={addressOf(id)} aria-current={current ? 'page' : undefined} onClick={open}>
        <span className="conversation-title" dir="auto">
          {title}
        </span>
        {unread && (
          <span className="unread" data-testid="conversation-unread">
            <span className="unseen">{texts.unread}</span>
          </span>
        )}
        <span className="conversation-line">
          {waiting && (
            <span className="state" data-tone="warn" data-testid="conversation-waits">
              <span className="mark" aria-hidden="true" />
              <span>{texts.waitsForYou}</span>
            </span>
          )}
          <span className="conversation-last" dir="auto" data-testid="conversation-last">
            {busy ? texts.answering : last}
          </span>
        </span>
      </a>
      {doing === 'remove' ? (
        <div className="conversation-foot" onKeyDown={escape}>
          <span>{texts.removeQuestion}</span>
          <button type="button" className="action danger" ref={(button) => button?.focus()} onClick={remove}>
            {texts.remove}
          </button>
          <button type="button" className="action" onClick={() => setDoing(undefined)}>
            {texts.keep}
          </button>
        </div>
      ) : (
        <div className="conversation-foot">
          <time dateTime={new Date(at).toISOString()}>{timeText(at, Date.now())}</time>
          <button
            type="button"
            className="action"
            aria-label={`${texts.rename} ${title}`}
            onClick={() => {
              setName(title)
              setDoing('rename')
            }}
          >
            {texts.rename}
          </button>
          <button type="button" className="action" aria-label={`${texts.remove} ${title}`} onClick={() => setDoing('remove')}>
            {texts.remove}
          </button>
        </div>
      )}
    </li>
  )
}
