/** Ably's keys: `appId.keyId:secret`, of which the secret is long and random. */
const keyLike = /([\w-]{4,}\.[\w-]{4,}):[\w+/=-]{20,}/g

/** Removes keys from output: the key in use, and any text that looks like a key. */
export function conceal(text: string, key?: string): string {
  const secret = key?.slice(key.indexOf(':') + 1)
  const known = secret ? text.replaceAll(secret, '***') : text
  return known.replace(keyLike, '$1:***')
}
