import { texts } from '@streamfold/app-shared'
import { ConversationRow } from './conversation-row.tsx'
import { OtherDevice } from './other-device.tsx'
import { useSavedConversations } from './use-saved-conversations.ts'

interface Props {
  readonly current: string
  readonly onNew: () => void
  readonly onOpen: (id: string) => void
}

/** The conversations of this device, and what one can do with them: in the drawer, or beside a wide page. */
export function ConversationList({ current, onNew, onOpen }: Props) {
  const conversations = useSavedConversations()
  return (
    <>
      <button type="button" className="firm" data-testid="drawer-new" onClick={onNew}>
        {texts.newConversationLabel}
      </button>
      {conversations.length === 0 ? (
        <p className="drawer-empty">{texts.noConversations}</p>
      ) : (
        <ul className="conversations" aria-label={texts.conversationsLabel}>
          {conversations.map((conversation) => (
            <ConversationRow
              key={conversation.id}
              conversation={conversation}
              current={conversation.id === current}
              onOpen={onOpen}
              onForgotten={onNew}
            />
          ))}
        </ul>
      )}
      <OtherDevice conversation={current} />
    </>
  )
}
