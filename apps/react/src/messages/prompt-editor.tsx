import { endOnEscape, growWithText, isSendKey, texts } from '@streamfold/app-shared'
import type { SubmitEvent } from 'react'
import { useLayoutEffect, useRef, useState } from 'react'

interface Props {
  readonly text: string
  /** The prompt still waits: it is changed. Otherwise the new text is another version of it. */
  readonly waits: boolean
  readonly onSave: (text: string) => void
  readonly onCancel: () => void
}

/** Edits a prompt. */
export function PromptEditor({ text: before, waits, onSave, onCancel }: Props) {
  const box = useRef<HTMLTextAreaElement>(null)
  const [text, setText] = useState(before)
  useLayoutEffect(() => growWithText(box.current!), [text])
  useLayoutEffect(() => box.current!.focus(), [])
  const able = text.trim() !== ''

  function save(event?: SubmitEvent) {
    event?.preventDefault()
    if (able) onSave(text)
  }

  return (
    <form className="prompt-editor" onSubmit={save} onKeyDown={({ nativeEvent }) => endOnEscape(nativeEvent, onCancel)}>
      <textarea
        ref={box}
        rows={1}
        data-testid="prompt-editor"
        aria-label={texts.prompt.editLabel}
        dir="auto"
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (!isSendKey(event.nativeEvent)) return
          event.preventDefault()
          save()
        }}
      />
      {!waits && <p>{texts.prompt.asksAgain}</p>}
      <div className="actions">
        <button type="submit" className="action" disabled={!able}>
          {waits ? texts.save : texts.send}
        </button>
        <button type="button" className="action" onClick={onCancel}>
          {texts.cancel}
        </button>
      </div>
    </form>
  )
}
