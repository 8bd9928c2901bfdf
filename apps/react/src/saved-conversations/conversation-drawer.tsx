import { texts } from '@streamfold/app-shared'
import type { MouseEvent } from 'react'
import { useRef } from 'react'
import { ConversationList } from './conversation-list.tsx'

interface Props {
  readonly current: string
  readonly onNew: () => void
  readonly onOpen: (id: string) => void
}

/** The list of conversations over a narrow page, and the button that shows it. */
export function ConversationDrawer({ current, onNew, onOpen }: Props) {
  const dialog = useRef<HTMLDialogElement>(null)
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
          <ConversationList current={current} onNew={begin} onOpen={choose} />
        </div>
      </dialog>
    </>
  )
}
