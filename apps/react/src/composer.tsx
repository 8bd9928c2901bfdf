import {
  focusPrompt,
  growWithText,
  isSendKey,
  isSteerKey,
  keepDraft,
  nextHint,
  readDraft,
  steerKeys,
  texts,
} from '@streamfold/app-shared'
import type { SubmitEvent } from 'react'
import { useEffect, useLayoutEffect, useRef, useState } from 'react'

interface Props {
  readonly conversation: string
  /** What the agent is doing; empty when there is nothing to stop. */
  readonly activity: string
  /** The reader may stop that. */
  readonly canStop: boolean
  /** The reader may add to the answer that is being written. */
  readonly canSteer: boolean
  /** The error of the last action, as a sentence. */
  readonly problem: string
  /** @param steer adds it to the answer that is being written. Resolves with whether the text was accepted. */
  readonly onSend: (text: string, steer: boolean) => Promise<boolean>
  readonly onStop: () => void
}

export function Composer({ conversation, activity, canStop, canSteer, problem, onSend, onStop }: Props) {
  const box = useRef<HTMLTextAreaElement>(null)
  const [text, setText] = useState(() => readDraft(conversation))
  const empty = text.trim() === ''

  useLayoutEffect(() => growWithText(box.current!), [text])
  useEffect(() => keepDraft(conversation, text), [conversation, text])

  async function send(steer = false) {
    if (empty) return
    setText('')
    const sent = await onSend(text, steer)
    if (!sent) setText((typedSince) => typedSince || text)
  }

  function submit(event: SubmitEvent) {
    event.preventDefault()
    void send()
  }

  function stop() {
    onStop()
    // The button that had the focus goes.
    focusPrompt()
  }

  return (
    <form onSubmit={submit}>
      <p className="form-error" data-testid="form-error" id="form-error" role="alert" hidden={!problem}>
        {problem}
      </p>
      <div className="composer">
        <textarea
          ref={box}
          rows={1}
          data-testid="prompt-box"
          aria-label={texts.promptLabel}
          aria-describedby="form-error hint"
          placeholder={texts.promptPlaceholder}
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            if (!isSendKey(event.nativeEvent)) return
            event.preventDefault()
            void send(canSteer && isSteerKey(event.nativeEvent))
          }}
          dir="auto"
          enterKeyHint="send"
          autoFocus
        />
        <div className="composer-foot">
          <span className="hint" id="hint" data-busy={activity !== '' || undefined}>
            {activity || texts.promptHint}
            {activity && !empty && <span className="keys">{nextHint(canSteer)}</span>}
          </span>
          {activity && canStop && (
            <button type="button" className="firm" data-testid="stop" onClick={stop}>
              {texts.stop}
            </button>
          )}
          {canSteer && !empty && (
            <button type="button" className="firm steer" data-testid="steer" title={steerKeys()} onClick={() => void send(true)}>
              {texts.steer}
            </button>
          )}
          <button type="submit" className="main" data-testid="send" disabled={empty}>
            {texts.send}
          </button>
        </div>
      </div>
    </form>
  )
}
