import { appTitle, connectionView, everySecond, followAsMe, otherAppAddress, pageConfig, texts } from '@streamfold/app-shared'
import { useConversation } from '@streamfold/react'
import { useEffect, useState } from 'react'
import { ConversationDrawer } from '../saved-conversations/conversation-drawer.tsx'
import { State } from '../state.tsx'
import { InspectButton } from '../dev/inspect-button.tsx'
import { ConnectButton } from './connect-button.tsx'
import { VisitNotice } from './visit-notice.tsx'
import { whenNeeded } from '../when-needed.ts'

interface Props {
  readonly conversation: string
  /** Whether the list of conversations is shown beside the page; undefined where there is no room for it. */
  readonly listed: boolean | undefined
  readonly onList: (shown: boolean) => void
  readonly onNew: () => void
  readonly onOpen: (id: string) => void
}

const Viewers = whenNeeded(async () => (await import('./viewers.tsx')).Viewers)
const page = pageConfig()
const TroublePanel = whenNeeded(async () => (await import('../dev/trouble-panel.tsx')).TroublePanel)

export function PageHeader({ conversation, listed, onList, onNew, onOpen }: Props) {
  const { connectionStatus, retryAt, error } = useConversation()
  const [now, setNow] = useState(Date.now)
  const [troubled, setTroubled] = useState(false)
  const waiting = retryAt !== undefined
  useEffect(() => (waiting ? everySecond(setNow) : undefined), [waiting])
  const connection = connectionView(connectionStatus, retryAt, now, error)
  const off = connection.action === 'connect'

  return (
    <header className="page-header">
      <div className="bar">
        {listed === undefined ? (
          <ConversationDrawer current={conversation} onNew={onNew} onOpen={onOpen} />
        ) : (
          <button
            type="button"
            className="menu"
            data-testid="list-toggle"
            aria-label={texts.conversations}
            title={listed ? texts.hideList : texts.showList}
            aria-expanded={listed}
            aria-controls={listed ? 'conversation-list' : undefined}
            onClick={() => onList(!listed)}
          />
        )}
        <h1 className="brand">{appTitle(page.app)}</h1>
        <State tone={connection.tone} text={connection.text} testId="connection" />
        <Viewers conversation={conversation} />
        <nav className="controls" aria-label={texts.headerLabel}>
          <a
            className="quiet"
            data-testid="other-app"
            href={otherAppAddress(conversation, page.otherPort)}
            target="_blank"
            rel="noopener"
            title={texts.openAsMe}
            onClick={followAsMe}
            onAuxClick={followAsMe}
          >
            Open in {page.otherApp}
          </a>
          <ConnectButton off={off} connectText={texts.connect} disconnectText={texts.disconnect} />
          <InspectButton />
          {page.localAblyPort !== undefined && (
            <button
              type="button"
              data-testid="trouble"
              aria-expanded={troubled}
              aria-controls={troubled ? 'trouble' : undefined}
              onClick={() => setTroubled(!troubled)}
            >
              {texts.trouble}
            </button>
          )}
          <button type="button" data-testid="new-conversation" aria-label={texts.newConversationLabel} onClick={onNew}>
            {texts.newConversation}
          </button>
        </nav>
      </div>
      {connection.notice && (
        <p className="notice" data-tone={connection.tone}>
          {connection.notice}
        </p>
      )}
      <VisitNotice />
      {troubled && page.localAblyPort !== undefined && <TroublePanel conversation={conversation} />}
    </header>
  )
}
