import type { FilePart, FileView } from '@streamfold/app-shared'
import { fileView, texts } from '@streamfold/app-shared'
import { useState } from 'react'

interface PictureProps {
  readonly view: FileView & { readonly is: 'image' | 'remote-image' }
  readonly onError: () => void
}

/** In a frame of a fixed size, so that nothing moves when it comes; a link shows it in full. */
function Picture({ view, onError }: PictureProps) {
  const image = <img src={view.src} alt={view.alt} referrerPolicy="no-referrer" onError={onError} />
  if (view.is !== 'image' || view.href === undefined) return image
  return (
    <a href={view.href} target="_blank" rel="noopener noreferrer" title={`${texts.file.open} ${view.name}`}>
      {image}
    </a>
  )
}

/** An image, or a link to a file. An image of another server is not loaded before the reader asks for it. */
export function FilePartView({ part }: { readonly part: FilePart }) {
  const [asked, setAsked] = useState('')
  const [failed, setFailed] = useState('')
  const view = fileView(part)
  if (view.is === 'image' || (view.is === 'remote-image' && asked === view.src)) {
    return (
      <figure className="picture" data-testid="part" data-type={part.type}>
        {failed === view.src ? <p>{texts.file.failed}</p> : <Picture view={view} onError={() => setFailed(view.src)} />}
      </figure>
    )
  }
  if (view.is === 'remote-image') {
    return (
      <div className="file" data-testid="part" data-type={part.type}>
        <span className="file-name" dir="auto">
          {view.name}
        </span>
        <span className="file-detail">{texts.file.hint}</span>
        <button type="button" onClick={() => setAsked(view.src)}>
          {view.question}
        </button>
      </div>
    )
  }
  return (
    <div className="file" data-testid="part" data-type={part.type}>
      <span className="file-name" dir="auto">
        {view.is === 'file' && view.href !== undefined ? (
          <a href={view.href} target="_blank" rel="noopener noreferrer nofollow">
            {view.name}
          </a>
        ) : (
          view.name
        )}
      </span>
      {view.detail !== '' && <span className="file-detail">{view.detail}</span>}
      {view.is === 'saved-file' && (
        <a className="quiet" href={view.href} download={view.name} aria-label={`${texts.file.save} ${view.name}`}>
          {texts.file.save}
        </a>
      )}
    </div>
  )
}
