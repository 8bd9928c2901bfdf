import { checkKinds, text } from '../../publish/options/check-kinds.ts'

/** Decides whether a webhook is from Ably. */
export type WebhookCheck = (request: Request, body: string) => boolean | PromiseLike<boolean>

/**
 * The check of webhooks that are signed with a key, as batched requests can be: for the option `webhook` of `createAgentHandler`.
 *
 * @param key in full, as `appId.keyId:secret`: the one that the rule signs with
 * @throws TypeError when it is no key
 */
export function signedBy(key: string): WebhookCheck {
  checkKinds({ key }, { key: text })
  const [, name, secret] = /^([^.:]+\.[^.:]+):(.+)$/.exec(key) ?? []
  if (name === undefined || secret === undefined)
    throw new TypeError('unable to check webhooks; the key is none: give it in full, as appId.keyId:secret')
  const encoder = new TextEncoder()
  const imported = crypto.subtle.importKey('raw', encoder.encode(secret), { name: 'HMAC', hash: 'SHA-256' }, false, ['verify'])
  // It is awaited with the first webhook.
  imported.catch(() => undefined)
  return async ({ headers }, body) => {
    if (headers.get('x-ably-key') !== name) return false
    const signature = bytesOf(headers.get('x-ably-signature') ?? '')
    // Compares in constant time.
    return signature !== undefined && crypto.subtle.verify('HMAC', await imported, signature, encoder.encode(body))
  }
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
  } catch {
    return undefined
  }
}
