const parameter = 'c'

/** The conversation in the page's address; without one, a new one is made and written there. */
export function currentConversation(): string {
  const known = new URLSearchParams(location.search).get(parameter)
  if (known && isConversationId(known)) return known
  const id = newId()
  history.replaceState(null, '', addressOf(id))
  return id
}

/** Starts an empty conversation under a new address; Back returns to the previous one. */
export function beginConversation(): string {
  return showConversation(newId())
}

/** Puts a conversation into the page's address; Back returns to the one before. */
export function showConversation(id: string): string {
  if (id !== currentConversation()) history.pushState(null, '', addressOf(id))
  return id
}

/** Calls back after Back and Forward. @returns stops listening */
export function onConversationChange(listener: (id: string) => void): () => void {
  const tell = () => listener(currentConversation())
  addEventListener('popstate', tell)
  return () => removeEventListener('popstate', tell)
}

export function channelOf(conversation: string): string {
  return `ai:${conversation}`
}

/** The same conversation in the app on another port. */
export function otherAppAddress(conversation: string, port: number): string {
  const { protocol, hostname } = location
  // Where a forwarded port is part of the host's name: name-5173.app.github.dev.
  const forwarded = location.port === '' && /^([^.]*-)\d+(?=\.)/
  const host = forwarded && forwarded.test(hostname) ? hostname.replace(forwarded, `$1${port}`) : `${hostname}:${port}`
  return `${protocol}//${host}/?${parameter}=${conversation}`
}

/** The page's own address for a conversation. */
export function addressOf(id: string): string {
  const search = new URLSearchParams(location.search)
  search.set(parameter, id)
  return `${location.pathname}?${search}`
}

export function isConversationId(id: string): boolean {
  return /^[\w-]{1,64}$/.test(id)
}

function newId(): string {
  return randomText(10)
}

/** Lower-case letters and digits; `randomUUID` is missing on a page without https. */
export function randomText(length: number): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(length)), (byte) => (byte % 36).toString(36)).join('')
}
