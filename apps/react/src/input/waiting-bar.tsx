import {
  askToNotify,
  canAskToNotify,
  currentPerson,
  elsewhere,
  elsewhereText,
  focusElsewhere,
  sameElsewhere,
  showDecision,
  texts,
  waitingText,
} from '@streamfold/app-shared'
import { useConversation, useSelector } from '@streamfold/react'
import { useState } from 'react'
import { State } from '../state.tsx'

interface Props {
  /** Shows the end of the branch. */
  readonly jump: () => void
}

const { clientId } = currentPerson()

/** Says beside the box that decisions of the reader are due, wherever the reader has scrolled to, and what goes on in another version. */
export function WaitingBar({ jump }: Props) {
  const { choose } = useConversation()
  const found = useSelector((state, head) => elsewhere(state, clientId, head), sameElsewhere)
  const [canNotify, setCanNotify] = useState(canAskToNotify)
  const { here, id, due } = found

  function go() {
    void choose(id)
    jump()
    focusElsewhere(found)
  }

  return (
    <>
      {here > 0 && (
        <div className="waiting-bar" data-testid="waiting">
          <State tone="warn" text={waitingText(here)} />
          <button type="button" className="action" onClick={showDecision}>
            {texts.ask.show}
          </button>
          {canNotify && (
            <button
              type="button"
              className="action"
              onClick={() => void askToNotify().then(() => setCanNotify(canAskToNotify()))}
            >
              {texts.ask.notify}
            </button>
          )}
        </div>
      )}
      {id !== undefined && (
        <div className="waiting-bar" data-testid="elsewhere">
          <State tone={due > 0 ? 'warn' : 'busy'} text={elsewhereText(found)} />
          <button type="button" className="action" data-testid="go-there" onClick={go}>
            {texts.elsewhere.go}
          </button>
        </div>
      )}
    </>
  )
}
