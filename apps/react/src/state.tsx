import type { Tone } from '@streamfold/app-shared'

interface Props {
  readonly tone: Tone
  readonly text: string
  readonly testId?: string
}

/** A dot and the words it stands for. */
export function State({ tone, text, testId }: Props) {
  return (
    <p className="state" data-tone={tone} data-testid={testId}>
      <span className="mark" aria-hidden="true" />
      <span>{text}</span>
    </p>
  )
}
