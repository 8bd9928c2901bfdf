import { beginningOf } from '@streamfold/core/text'
import { texts } from '../chat/texts.ts'
import type { Fields } from '../fields.ts'
import { fieldsOf } from '../fields.ts'

/** A bar chart. */
export interface ChartView {
  readonly title: string
  readonly rows: readonly ChartRow[]
}

interface ChartRow {
  readonly label: string
  readonly value: string
  /** Length of the bar, in percent of the longest. */
  readonly share: number
  readonly negative: boolean
}

/** Rows that are drawn at most. */
const most = 100
const longestLabel = 80

/**
 * Reads `{ title?, unit?, rows: [{ label, value }] }`. Rows may still be arriving, so a row without a label or number is left out.
 */
export function chartView(data: unknown): ChartView {
  const { title, unit, rows } = fieldsOf(data)
  const complete = (Array.isArray(rows) ? rows.slice(0, most) : []).map(fieldsOf).filter(isRow)
  const name = typeof title === 'string' ? title : texts.chart
  const longest = Math.max(0, ...complete.map(({ value }) => Math.abs(value)))
  return {
    // The unit once, so that the bars of all rows are as long.
    title: typeof unit === 'string' ? `${name} (${unit})` : name,
    rows: complete.map(({ label, value }) => ({
      label: beginningOf(String(label), longestLabel),
      value: format.format(value),
      share: longest === 0 ? 0 : Math.round((Math.abs(value) / longest) * 1000) / 10,
      negative: value < 0,
    })),
  }
}

const format = new Intl.NumberFormat('en', { maximumFractionDigits: 2 })

function isRow(row: Fields): row is { readonly label: string | number; readonly value: number } {
  const { label, value } = row
  return (typeof label === 'string' || typeof label === 'number') && typeof value === 'number' && Number.isFinite(value)
}
