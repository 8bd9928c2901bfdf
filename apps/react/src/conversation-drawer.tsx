import { onSavedConversations, savedConversations, texts } from '@streamfold/app-shared'
import type { MouseEvent } from 'react'
import { useRef, useSyncExternalStore } from 'react'
import { ConversationRow } from './conversation-row.tsx'
import { OtherDevice } from './other-device.tsx'

interface Props {
  readonly current: string
  readonly onNew: () => void
  readonly onOpen: (id: string) => void
}

/** The conversations of this device, and the button that shows them. */
export function ConversationDrawer({ current, onNew, onOpen }: Props) {
  const dialog = useRef<HTMLDialogElement>(null)
  const conversations = useSyncExternalStore(onSavedConversations, savedConversations)
  const close = () => dialog.current!.close()

  function choose(id: string) {
    close()
    if (id !== current) onOpen(id)
  }

  function begin() {
    close()
    onNew()
  }

  function closeOutside(event: MouseEvent) {
    if (event.target === dialog.current) close()
  }

  return (
    <>
      <button
        type="button"
        className="menu"
        data-testid="conversations"
        aria-label={texts.conversations}
        aria-haspopup="dialog"
        onClick={() => dialog.current!.showModal()}
      />
      <dialog ref={dialog} className="drawer" aria-labelledby="drawer-title" onClick={closeOutside}>
        <div className="drawer-body">
          <div className="drawer-head">
            <h2 id="drawer-title">{texts.conversations}</h2>
            <button type="button" onClick={close}>
              {texts.close}
            </button>
          </div>
          <button type="button" className="firm" data-testid="drawer-new" onClick={begin}>
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
                  onOpen={choose}
                  onForgotten={begin}
                />
              ))}
            </ul>
          )}
          <OtherDevice conversation={current} />
        </div>
      </dialog>
    </>
  )
}
