import { copyText, texts } from '@streamfold/app-shared'
import type { QrCode } from '@streamfold/app-shared/device-link'
import { deviceLink, drawQr } from '@streamfold/app-shared/device-link'
import { useEffect, useState } from 'react'

interface Props {
  readonly conversation: string
}

/** The personal link of a conversation, also as a QR code. */
export function PersonalLink({ conversation }: Props) {
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
