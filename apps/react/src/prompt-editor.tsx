import { endOnEscape, growWithText, isSendKey, texts } from '@streamfold/app-shared'
import type { SubmitEvent } from 'react'
import { useLayoutEffect, useRef, useState } from 'react'

interface Props {
  readonly text: string
  /** The prompt still waits. */
  readonly waits: boolean
  readonly onSave: (text: string) => void
  readonly onCancel: () => void
}

/** Changes a prompt that waits for its turn. */
export function PromptEditor({ text: before, waits, onSave, onCancel }: Props) {
  const box = useRef<HTMLTextAreaElement>(null)
  const [text, setText] = useState(before)
  useLayoutEffect(() => growWithText(box.current!), [text])
  useLayoutEffect(() => box.current!.focus(), [])
  const able = waits && text.trim() !== ''

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
      {!waits && <p role="alert">{texts.prompt.taken}</p>}
      <div className="actions">
        <button type="submit" className="action" disabled={!able}>
          {texts.save}
        </button>
        <button type="button" className="action" onClick={onCancel}>
          {texts.cancel}
        </button>
      </div>
    </form>
  )
}
