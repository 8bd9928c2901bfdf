import { progressView } from '@streamfold/app-shared/progress-view'

/** Replaced in its place with each part of the same id. */
export function Progress({ data }: { readonly data: unknown }) {
  const { label, value, detail } = progressView(data)
  return (
    <div className="progress">
      <span className="card-title" dir="auto">
        {label}
      </span>
      <progress aria-label={label} value={value} max={1} />
      <span className="progress-detail" dir="auto">
        {detail}
      </span>
    </div>
  )
}
