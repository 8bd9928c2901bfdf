import {
  fetchSoon,
  filesPasted,
  focusPrompt,
  growWithText,
  isSendKey,
  isSteerKey,
  keepDraft,
  nextHint,
  readDraft,
  steerKeys,
  texts,
  uploadLimits,
  watchDrop,
} from '@streamfold/app-shared'
import type { PromptFile } from '@streamfold/app-shared'
import type { ChangeEvent, SubmitEvent } from 'react'
import { useEffect, useLayoutEffect, useRef, useState } from 'react'
import { useAttachments } from './use-attachments.ts'
import { whenNeeded } from '../when-needed.ts'

const Attachments = whenNeeded(fetchSoon(async () => (await import('./attachments.tsx')).Attachments))

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
  /** @param steer adds it to the answer that is being written. Resolves with whether the prompt was accepted. */
  readonly onSend: (text: string, files: readonly PromptFile[], steer: boolean) => Promise<boolean>
  readonly onStop: () => void
}

export function Composer({ conversation, activity, canStop, canSteer, problem, onSend, onStop }: Props) {
  const box = useRef<HTMLTextAreaElement>(null)
  const [text, setText] = useState(() => readDraft(conversation))
  const { files, refused, ready, add, retry, remove, setAlt, sendWith } = useAttachments()
  const [dropping, setDropping] = useState(false)
  const empty = text.trim() === '' && files.length === 0

  useLayoutEffect(() => growWithText(box.current!), [text])
  useEffect(() => keepDraft(conversation, text), [conversation, text])
  useEffect(() => watchDrop({ over: setDropping, take: add }), [add])

  async function send(steer = false) {
    if (empty || !ready) return
    setText('')
    const sent = await sendWith((files) => onSend(text, files, steer))
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

  function choose({ currentTarget }: ChangeEvent<HTMLInputElement>) {
    add([...(currentTarget.files ?? [])])
    // The same file can be chosen again.
    currentTarget.value = ''
    focusPrompt()
  }

  return (
    <form onSubmit={submit}>
      <p className="form-error" data-testid="form-error" id="form-error" role="alert" hidden={!problem}>
        {problem}
      </p>
      <div className="composer" data-dropping={dropping || undefined}>
        {dropping && (
          <p className="drop" data-testid="drop">
            {texts.attach.drop}
          </p>
        )}
        {files.length + refused.length > 0 && (
          <Attachments files={files} refused={refused} retry={retry} remove={remove} setAlt={setAlt} />
        )}
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
          onPaste={({ nativeEvent }) => add(filesPasted(nativeEvent))}
          dir="auto"
          enterKeyHint="send"
          autoFocus
        />
        <div className="composer-foot">
          <label className="attach" data-testid="attach" title={texts.attach.label}>
            <input
              type="file"
              className="unseen"
              aria-label={texts.attach.label}
              accept={uploadLimits.accept}
              multiple
              onChange={choose}
            />
          </label>
          <span className="hint" id="hint" data-busy={activity !== '' || !ready || undefined}>
            {ready ? activity || texts.promptHint : texts.attach.wait}
            {activity && !empty && <span className="keys">{nextHint(canSteer)}</span>}
          </span>
          {activity && canStop && (
            <button type="button" className="firm" data-testid="stop" onClick={stop}>
              {texts.stop}
            </button>
          )}
          {canSteer && !empty && ready && (
            <button type="button" className="firm steer" data-testid="steer" title={steerKeys()} onClick={() => void send(true)}>
              {texts.steer}
            </button>
          )}
          <button type="submit" className="main" data-testid="send" disabled={empty || !ready}>
            {texts.send}
          </button>
        </div>
      </div>
    </form>
  )
}
