import type { ChatTransportOptions } from '@streamfold/ai-sdk'

/** Asks your back end to answer a prompt. An agent that listens to the channel does not need it. */
export const notifyAgent: ChatTransportOptions['notifyAgent'] = ({ channelName, promptSerial }) => {
  const body = JSON.stringify({ channel: channelName, promptSerial })
  return fetch('/api/responses', { method: 'POST', headers: { 'content-type': 'application/json' }, body })
}
