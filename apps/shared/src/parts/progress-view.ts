import { beginningOf } from '@streamfold/core/text'
import { texts } from '../chat/texts.ts'
import { fieldsOf } from '../fields.ts'

export interface ProgressView {
  readonly label: string
  /** From 0 to 1; undefined if it is not known how much there is to do. */
  readonly value: number | undefined
  readonly detail: string
}

/** Reads `{ label, value?, detail? }`, where `value` is from 0 to 1. */
export function progressView(data: unknown): ProgressView {
  const { label, value, detail } = fieldsOf(data)
  const share = typeof value === 'number' && Number.isFinite(value) ? Math.min(1, Math.max(0, value)) : undefined
  return {
    label: typeof label === 'string' && label !== '' ? beginningOf(label, 200) : texts.progress,
    value: share,
    detail: typeof detail === 'string' ? beginningOf(detail, 200) : share === undefined ? '' : `${Math.round(share * 100)} %`,
  }
}
