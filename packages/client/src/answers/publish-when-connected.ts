import type { Outbound } from '@streamfold/core/codec'
import type { ConversationTransport } from '@streamfold/core/transport'

/**
 * Publishes a message, also if the connection is down for longer than the transport keeps messages: it is then published again under the same
 * id once there is a connection.
 *
 * @throws what the service refused with, or why there is no more connection
 */
export async function publishWhenConnected(transport: ConversationTransport, message: Outbound): Promise<string | undefined> {
  for (;;) {
    try {
      return await transport.publish(message)
    } catch (error) {
      if (!mayComeBack(transport)) throw error
    }
    await connected(transport)
  }
}

function mayComeBack({ connectionState }: ConversationTransport): boolean {
  return connectionState === 'connecting' || connectionState === 'disconnected' || connectionState === 'suspended'
}

/** Resolves when there is a connection, or when none will come. */
function connected(transport: ConversationTransport): Promise<void> {
  return new Promise((resolve) => {
    let stop: (() => void) | undefined
    let done = false
    stop = transport.observe(({ type, state }) => {
      if (type !== 'connection' || state === 'connecting' || state === 'disconnected' || state === 'suspended') return
      done = true
      stop?.()
      resolve()
    })
    // It reports the present state before it returns.
    if (done) stop()
  })
}
