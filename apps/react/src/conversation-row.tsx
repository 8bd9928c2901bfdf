import type { SavedConversation } from '@streamfold/app-shared'
import {
  addressOf,
  endOnEscape,
  forgetConversation,
  isPlainClick,
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

export function ConversationRow({ conversation: { id, title, at, waiting }, current, onOpen, onForgotten }: Props) {
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
    <li className="conversation" data-testid="conversation">
      <a href={addressOf(id)} aria-current={current ? 'page' : undefined} onClick={open}>
        <span className="conversation-title" dir="auto">
          {title}
        </span>
        {waiting && (
          <span className="state" data-tone="warn" data-testid="conversation-waits">
            <span className="mark" aria-hidden="true" />
            <span>{texts.waitsForYou}</span>
          </span>
        )}
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
