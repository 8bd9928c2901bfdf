import { texts } from '@streamfold/app-shared'
import type { RefusedFile, UploadItem, UploadsActions } from '@streamfold/app-shared'
import { attachmentView } from '@streamfold/app-shared/attachment-view'

interface Props extends Pick<UploadsActions, 'retry' | 'remove' | 'setAlt'> {
  readonly files: readonly UploadItem[]
  readonly refused: readonly RefusedFile[]
}

/** The files that are to be sent with the prompt. */
export function Attachments({ files, refused, ...actions }: Props) {
  return (
    <ul className="attachments" data-testid="attachments" aria-label={texts.attach.listLabel}>
      {files.map((file) => (
        <Attachment key={file.id} file={file} {...actions} />
      ))}
      {refused.map(({ id, name, error }) => (
        <li key={id} className="attachment" data-testid="attachment" data-status="refused">
          <p className="attachment-state" data-tone="bad" role="alert">
            {error}
          </p>
          <button
            type="button"
            className="remove"
            data-testid="attachment-remove"
            aria-label={`${texts.attach.dismiss} ${name}`}
            onClick={() => actions.remove(id)}
          />
        </li>
      ))}
    </ul>
  )
}

type AttachmentProps = { readonly file: UploadItem } & Omit<Props, 'files' | 'refused'>

function Attachment({ file, retry, remove, setAlt }: AttachmentProps) {
  const { id, name, status, preview, progress, alt } = file
  const { state, tone, kind, isImage, removeLabel } = attachmentView(file)
  return (
    <li className="attachment" data-testid="attachment" data-status={status}>
      <span className="preview">{preview === undefined ? kind : <img src={preview} alt="" />}</span>
      <div className="attachment-body">
        <span className="attachment-name" dir="auto">
          {name}
        </span>
        <span className="attachment-state" data-tone={tone} role={status === 'failed' ? 'alert' : undefined}>
          {state}
        </span>
        {status === 'uploading' && <progress max={1} value={progress} aria-label={`${texts.attach.uploading} ${name}`} />}
        {isImage && status === 'ready' && (
          <input
            className="alt"
            data-testid="attachment-alt"
            aria-label={`${texts.attach.describe} ${name}`}
            placeholder={texts.attach.altPlaceholder}
            dir="auto"
            maxLength={500}
            value={alt ?? ''}
            onChange={(event) => setAlt(id, event.target.value)}
          />
        )}
      </div>
      {status === 'failed' && (
        <button type="button" className="action" data-testid="attachment-retry" onClick={() => retry(id)}>
          {texts.retry}
        </button>
      )}
      <button
        type="button"
        className="remove"
        data-testid="attachment-remove"
        aria-label={removeLabel}
        onClick={() => remove(id)}
      />
    </li>
  )
}
