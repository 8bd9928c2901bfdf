import { texts } from '@streamfold/app-shared'
import { useMessage } from '@streamfold/react'

interface Props {
  /** The prompt. */
  readonly id: string
}

/** Where the agent took in a prompt while it answered. */
export function Steered({ id }: Props) {
  const prompt = useMessage(id)
  return (
    <p className="steered" data-testid="part" data-type="steering-message">
      {texts.steered}
      {prompt && <span dir="auto">{prompt.text}</span>}
    </p>
  )
}
