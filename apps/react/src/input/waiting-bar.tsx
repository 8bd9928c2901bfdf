import {
  askToNotify,
  canAskToNotify,
  currentPerson,
  decisionsDue,
  showDecision,
  texts,
  waitingText,
} from '@streamfold/app-shared'
import { useSelector } from '@streamfold/react'
import { useState } from 'react'
import { State } from '../state.tsx'

const { clientId } = currentPerson()

/** Says beside the box that decisions of the reader are due, wherever the reader has scrolled to. */
export function WaitingBar() {
  const count = useSelector((state) => decisionsDue(state, clientId).length)
  const [canNotify, setCanNotify] = useState(canAskToNotify)
  if (count === 0) return null
  return (
    <div className="waiting-bar" data-testid="waiting">
      <State tone="warn" text={waitingText(count)} />
      <button type="button" className="action" onClick={showDecision}>
        {texts.ask.show}
      </button>
      {canNotify && (
        <button type="button" className="action" onClick={() => void askToNotify().then(() => setCanNotify(canAskToNotify()))}>
          {texts.ask.notify}
        </button>
      )}
    </div>
  )
}
