import { texts } from '@streamfold/app-shared'
import { useState } from 'react'
import { whenNeeded } from '../when-needed.ts'

const PersonalLink = whenNeeded(async () => (await import('./personal-link.tsx')).PersonalLink)

interface Props {
  readonly conversation: string
}

/** The personal link of a conversation, also as a QR code, once the reader asks for it. */
export function OtherDevice({ conversation }: Props) {
  const [open, setOpen] = useState(false)
  return (
    <details className="device" data-testid="other-device" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>{texts.device.title}</summary>
      {open && <PersonalLink key={conversation} conversation={conversation} />}
    </details>
  )
}
