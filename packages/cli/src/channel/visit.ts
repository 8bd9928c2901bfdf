import { ablyTransport } from '@streamfold/ably'
import type { ConversationHandle } from '@streamfold/client'
import { openConversation } from '@streamfold/client'
import { Realtime } from 'ably'
import { clientOptions } from './client-options.ts'
import { closeClient } from './close-client.ts'
import type { FollowOptions } from './follow.ts'
import { watchChannel } from './watch-channel.ts'

/** Options of `visit`. */
export interface VisitOptions extends Pick<
  FollowOptions,
  'target' | 'channelName' | 'agent' | 'history' | 'patience' | 'signal'
> {
  /** The client id under which it publishes; undefined for one that only reads. */
  readonly clientId: string | undefined
}

/**
 * Opens a conversation, performs `work` on it once its history is loaded, and closes it.
 * @returns what `work` returns; undefined if `signal` aborts before
 * @throws CommandError when the channel cannot be reached or is refused, and any error of `work`
 */
export async function visit<Result>(
  options: VisitOptions,
  work: (conversation: ConversationHandle) => Promise<Result>,
): Promise<Result | undefined> {
  const { target, channelName, agent, history, clientId, signal } = options
  const client = new Realtime({ ...clientOptions(target), ...(clientId !== undefined && { clientId }) })
  const channel = client.channels.get(channelName, { attachOnSubscribe: false })
  const conversation = openConversation(ablyTransport(channel), {
    agent,
    history: Math.max(history, 1),
    rewind: false,
    scheduler: (flush) => flush(),
  })
  const { store } = conversation
  const stops: (() => void)[] = [conversation.release]
  try {
    return await new Promise<Result | undefined>((resolve, reject) => {
      let begun = false
      const begin = (): void => {
        if (begun || store.getState().context.channel.status !== 'live') return
        begun = true
        work(conversation).then(resolve, reject)
      }
      const onAbort = (): void => resolve(undefined)
      stops.push(
        store.subscribe(begin),
        watchChannel(channel, client.connection, { ...options, onAttached: begin, onFailed: reject }),
        () => signal.removeEventListener('abort', onAbort),
      )
      signal.addEventListener('abort', onAbort)
      if (signal.aborted) onAbort()
    })
  } finally {
    for (const stop of stops) stop()
    await closeClient(client)
  }
}
