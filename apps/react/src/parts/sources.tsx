import type { NumberedSource } from '@streamfold/app-shared'
import { sourceView, texts } from '@streamfold/app-shared'

/** A numbered list; marks in the text refer to its numbers. */
export function Sources({ sources }: { readonly sources: readonly NumberedSource[] }) {
  return (
    <div className="sources" role="group" aria-label={texts.sources}>
      <p className="card-label" aria-hidden="true">
        {texts.sources}
      </p>
      <ol>
        {sources.map(({ number, part }) => {
          const { title, place, href } = sourceView(part)
          return (
            <li key={number} value={number} data-testid="part" data-type={part.type} data-source={number} tabIndex={-1}>
              <span className="source-number" aria-hidden="true">
                {number}
              </span>
              {href === undefined ? (
                <span dir="auto">{title}</span>
              ) : (
                <a href={href} target="_blank" rel="noopener noreferrer nofollow" dir="auto">
                  {title}
                </a>
              )}
              {place !== '' && <span className="source-place">{place}</span>}
            </li>
          )
        })}
      </ol>
    </div>
  )
}
