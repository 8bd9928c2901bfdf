import type { QrCode } from '@streamfold/app-shared'
import { copyText, deviceLink, drawQr, texts } from '@streamfold/app-shared'
import { useEffect, useState } from 'react'

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

function PersonalLink({ conversation }: Props) {
  const [{ address, unreachable }] = useState(() => deviceLink(conversation))
  const [code, setCode] = useState<QrCode>()
  useEffect(() => {
    let shown = true
    // Without its library the link is still there.
    drawQr(address).then(
      (drawn) => shown && setCode(drawn),
      () => undefined,
    )
    return () => void (shown = false)
  }, [address])

  return (
    <div className="device-body">
      <p>{texts.device.lead}</p>
      <svg className="qr" role="img" aria-label={texts.device.code} viewBox={code && `0 0 ${code.size} ${code.size}`}>
        <path d={code?.path ?? ''} />
      </svg>
      <div className="device-link">
        <input
          readOnly
          data-testid="personal-link"
          aria-label={texts.device.link}
          value={address}
          onFocus={({ currentTarget }) => currentTarget.select()}
        />
        <button type="button" className="firm copy" onClick={({ currentTarget }) => void copyText(currentTarget, address)}>
          <span className="idle">{texts.copy}</span>
          <span className="done">{texts.copied}</span>
          <span className="not-done">{texts.notCopied}</span>
        </button>
      </div>
      {unreachable !== '' && <p data-tone="warn">{unreachable}</p>}
      <p>{texts.device.warning}</p>
    </div>
  )
}
