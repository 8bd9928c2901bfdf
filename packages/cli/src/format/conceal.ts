/** Ably's keys: `appId.keyId:secret`, of which the secret is long and random. */
const keyLike = /([\w-]{4,}\.[\w-]{4,}):[\w+/=-]{20,}/g

/** Takes keys out of what is about to be printed: the one in use, and anything that looks like one. */
export function conceal(text: string, key?: string): string {
  const secret = key?.slice(key.indexOf(':') + 1)
  const known = secret ? text.replaceAll(secret, '***') : text
  return known.replace(keyLike, '$1:***')
}
