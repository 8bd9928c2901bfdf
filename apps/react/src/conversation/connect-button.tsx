import { useConversation } from '@streamfold/react'

interface Props {
  /** Whether a click connects. */
  readonly off: boolean
  readonly connectText: string
  readonly disconnectText: string
}

/** Connects the conversation, or disconnects it. */
export function ConnectButton({ off, connectText, disconnectText }: Props) {
  const { connect, disconnect } = useConversation()
  return (
    <button type="button" data-testid="connect-toggle" onClick={() => void (off ? connect() : disconnect())}>
      {off ? connectText : disconnectText}
    </button>
  )
}
