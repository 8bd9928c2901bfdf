import { endOnEscape, texts } from '@streamfold/app-shared'
import type { SubmitEvent } from 'react'
import { useState } from 'react'

interface Props {
  readonly approveLabel: string
  readonly denyLabel: string
  readonly onDecide: (decision: { readonly approve: boolean; readonly reason?: string }) => void
}

/** Approve, or Deny with a reason. */
export function Decide({ approveLabel, denyLabel, onDecide }: Props) {
  const [denying, setDenying] = useState(false)
  const [reason, setReason] = useState('')

  function deny(event: SubmitEvent) {
    event.preventDefault()
    onDecide({ approve: false, reason: reason.trim() })
  }

  /** The card keeps the focus: its buttons are drawn again. */
  function keep(element: Element) {
    element.closest('section')?.focus()
    setDenying(false)
  }

  if (denying) {
    return (
      <form
        className="deny"
        onSubmit={deny}
        onKeyDown={({ nativeEvent, currentTarget }) => endOnEscape(nativeEvent, () => keep(currentTarget))}
      >
        <input
          data-testid="deny-reason"
          aria-label={texts.ask.reason}
          placeholder={texts.ask.reasonPlaceholder}
          dir="auto"
          value={reason}
          onChange={(event) => setReason(event.target.value)}
          ref={(input) => input?.focus()}
        />
        <button type="submit" className="firm danger" data-testid="deny-confirm">
          {denyLabel}
        </button>
        <button type="button" onClick={({ currentTarget }) => keep(currentTarget)}>
          {texts.cancel}
        </button>
      </form>
    )
  }
  return (
    <div className="decide">
      <button type="button" className="main" data-testid="approve" onClick={() => onDecide({ approve: true })}>
        {approveLabel}
      </button>
      <button type="button" className="firm" data-testid="deny" onClick={() => setDenying(true)}>
        {denyLabel}
      </button>
    </div>
  )
}
