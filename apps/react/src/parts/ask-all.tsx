import { currentPerson, decisionsIn, focusAfterDecision, texts, waitingText } from '@streamfold/app-shared'
import { useConversation, useSelector } from '@streamfold/react'
import { useAttempt } from '../conversation/use-attempt.ts'
import { Decide } from './decide.tsx'

interface Props {
  /** The response. */
  readonly id: string
}

const { clientId } = currentPerson()

/** Decides all calls of a response that wait, where there are several. */
export function AskAll({ id }: Props) {
  const { answer } = useConversation()
  const due = useSelector((state) => decisionsIn(state, id, clientId))
  const { problem, attempt } = useAttempt()
  if (due.length < 2 && problem === '') return null

  function decide(decision: { readonly approve: boolean; readonly reason?: string }) {
    // Those that were on the page when the button was pressed.
    void attempt(async () => void (await Promise.all(due.map((call) => answer(call, decision)))))
    focusAfterDecision()
  }

  return (
    <section className="ask-all" data-testid="ask-all" tabIndex={-1} aria-label={waitingText(due.length)}>
      {due.length > 1 && (
        <>
          <p>{waitingText(due.length)}</p>
          <Decide approveLabel={texts.ask.approveAll} denyLabel={texts.ask.denyAll} onDecide={decide} />
        </>
      )}
      {problem !== '' && (
        <p className="form-error" role="alert">
          {problem}
        </p>
      )}
    </section>
  )
}
