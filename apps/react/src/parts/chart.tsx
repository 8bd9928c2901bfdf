import { chartView } from '@streamfold/app-shared/chart-view'

/** Bars that grow downwards, row by row. */
export function Chart({ data }: { readonly data: unknown }) {
  const { title, rows } = chartView(data)
  return (
    <figure className="chart">
      <figcaption className="card-title" dir="auto">
        {title}
      </figcaption>
      <ul>
        {rows.map(({ label, value, share, negative }, at) => (
          <li key={at}>
            <span className="chart-label" dir="auto">
              {label}
            </span>
            <span className="chart-track" aria-hidden="true">
              <span className="chart-bar" data-negative={negative || undefined} style={{ inlineSize: `${share}%` }} />
            </span>
            <span className="chart-value">{value}</span>
          </li>
        ))}
      </ul>
    </figure>
  )
}
