import type { Realtime } from 'ably'

/** Closes the connection, so that the service does not wait for it to return. */
export async function closeClient(client: Realtime): Promise<void> {
  const { connection } = client
  if (connection.state === 'failed') return
  let late: NodeJS.Timeout | undefined
  const closed = connection.whenState('closed')
  client.close()
  await Promise.race([closed, new Promise((resolve) => (late = setTimeout(resolve, 500)))])
  clearTimeout(late)
}
