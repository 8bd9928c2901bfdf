import type { AnyToolPart } from '@streamfold/app-shared'
import { currentPerson, focusAfterDecision, texts, toolTitle } from '@streamfold/app-shared'
import { askView, mayAnswerCall } from '@streamfold/app-shared/ask-view'
import { useConversation, useSelector } from '@streamfold/react'
import { useAttempt } from '../conversation/use-attempt.ts'
import { Decide } from './decide.tsx'

interface Props {
  /** The response. */
  readonly id: string
  readonly part: AnyToolPart
  readonly settled: boolean
}

const { clientId } = currentPerson()

/** What people are asked about a call, and what they decided. It is as high before the decision as after it: nothing moves under a finger. */
export function Ask({ id, part, settled }: Props) {
  const { answer, connectionStatus } = useConversation()
  const allowed = useSelector((state) => mayAnswerCall(state, id, part, clientId))
  const { problem, attempt } = useAttempt()
  const view = askView(part, { clientId, allowed, connectionStatus, settled, now: Date.now() })
  if (!view) return null

  function decide(decision: { readonly approve: boolean; readonly reason?: string }) {
    void attempt(() => answer({ message: { id }, call: part }, decision))
    focusAfterDecision()
  }

  return (
    <section
      className="ask"
      data-testid="ask"
      data-open={view.open || undefined}
      tabIndex={-1}
      aria-label={`${toolTitle(part)}: ${view.label}`}
    >
      {view.fields.length > 0 && (
        <>
          <p className="card-label">{view.label}</p>
          <dl>
            {view.fields.map(({ name, text }, at) => (
              <div key={at}>
                {name !== '' && <dt>{name}</dt>}
                <dd dir="auto">{text}</dd>
              </div>
            ))}
          </dl>
        </>
      )}
      {view.request !== '' && (
        <p className="ask-request" dir="auto">
          {view.request}
        </p>
      )}
      <div className="ask-foot">
        {view.open ? (
          <Decide approveLabel={texts.ask.approve} denyLabel={texts.ask.deny} onDecide={decide} />
        ) : (
          <p className="state" data-testid="decision" data-tone={view.tone} dir="auto">
            <span className="mark" aria-hidden="true" />
            <span>{view.decision}</span>
          </p>
        )}
      </div>
      {view.late.map((line) => (
        <p key={line} className="ask-late" data-testid="late">
          {line}
        </p>
      ))}
      {problem !== '' && (
        <p className="form-error" role="alert">
          {problem}
        </p>
      )}
    </section>
  )
}
