import { focusAction, texts, versionForKey } from '@streamfold/app-shared'
import { useConversation, useSiblings } from '@streamfold/react'

interface Props {
  readonly id: string
}

/** Leads to the other versions of a message: the edits of a prompt, or the answers to one. */
export function Versions({ id }: Props) {
  const all = useSiblings(id)
  const { choose } = useConversation()
  const at = all.findIndex((one) => one.id === id)
  if (all.length < 2 || at < 0) return null

  function show(to: number, direction: 'previous' | 'next') {
    const version = all[to]
    if (!version) return
    void choose(version.id)
    focusAction(version.id, `branch-${direction}`)
  }

  return (
    <div
      className="versions"
      role="group"
      aria-label={texts.versions.label}
      data-testid="versions"
      onKeyDown={({ nativeEvent }) => versionForKey(nativeEvent, (step) => show(at + step, step < 0 ? 'previous' : 'next'))}
    >
      <button
        type="button"
        className="action"
        data-testid="branch-previous"
        aria-label={texts.versions.previous(at + 1, all.length)}
        aria-disabled={at === 0}
        onClick={() => show(at - 1, 'previous')}
      >
        ‹
      </button>
      <span aria-hidden="true">
        {at + 1}/{all.length}
      </span>
      <button
        type="button"
        className="action"
        data-testid="branch-next"
        aria-label={texts.versions.next(at + 1, all.length)}
        aria-disabled={at === all.length - 1}
        onClick={() => show(at + 1, 'next')}
      >
        ›
      </button>
    </div>
  )
}
