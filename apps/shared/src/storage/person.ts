import { sha256 } from '@noble/hashes/sha2.js'
import { randomText } from './conversation-id.ts'
import { readRecord, writeRecord } from './local-record.ts'

/** The person whom this page acts for. */
export interface Person {
  /** The author of what the page publishes. It is made of the secret, so the agent issues tokens for it to pages with the secret only. */
  readonly clientId: string
  /** Proves to the agent that the page acts for this person. It goes to the agent's token endpoint and into personal links, and nowhere else. */
  readonly secret: string
  /** A personal link brought this person into this tab; the other tabs of the browser belong to another person. */
  readonly visiting: boolean
}

/** Of a personal link: after the `#`, which no browser sends to a server or puts into a referrer. */
const parameter = 'me'
const record = 'person'
/** Of the tab: the secret of a visiting person, and the client id, which the console and page tests read. */
const tabRecord = 'streamfold:person'
const tabClientId = 'streamfold:client-id'

let current: Person | undefined

/** The same person in all tabs of a browser. The first call takes over the person of a personal link, and removes the secret from the address. */
export function currentPerson(): Person {
  current ??= readPerson()
  return current
}

/** The address of a conversation for another browser of the same person. Anyone with it acts for this person. */
export function personalAddress(address: string, { secret }: Person = currentPerson()): string {
  return `${address}#${parameter}=${secret}`
}

/** Makes a link personal for the click that it is given: its address, as readers copy it, stays the one of the conversation alone. */
export function followAsMe({ currentTarget }: Pick<Event, 'currentTarget'>): void {
  const link = currentTarget as HTMLAnchorElement // The handler is on links only.
  const { href } = link
  link.href = personalAddress(href)
  // The browser reads the address when the handlers are done.
  setTimeout(() => (link.href = href))
}

/** Makes the visiting person the person of all tabs; the earlier one is forgotten. Other tabs change when they are loaded again. */
export function stayVisitor(): void {
  writeRecord(record, currentPerson().secret)
  writeTab(tabRecord, '')
  location.reload()
}

/** Makes this tab one of the browser's own person again. */
export function endVisit(): void {
  writeTab(tabRecord, '')
  location.reload()
}

/** Loads the page again when its address becomes a personal link, which alone does not load it. @returns stops that */
export function onPersonalLink(): () => void {
  const take = () => {
    if (secretIn(location.hash) !== undefined) location.reload()
  }
  addEventListener('hashchange', take)
  return () => removeEventListener('hashchange', take)
}

/** The client id of a secret: 80 bits of its hash. The agent computes the same, and keeps no list of people. */
export function clientIdOf(secret: string): string {
  const hash = sha256(new TextEncoder().encode(`streamfold person\n${secret}`))
  return `person-${Array.from(hash.subarray(0, 16), (byte) => letters[byte % 32]).join('')}`
}

/** Digits and letters without those that look like others. */
const letters = '0123456789abcdefghjkmnpqrstvwxyz'

function readPerson(): Person {
  const brought = takeFromAddress()
  const own = readSecret(readRecord(record))
  // A link could make a browser act for its sender everywhere: it changes one tab, and the page says so.
  if (brought !== undefined && own !== undefined) writeTab(tabRecord, brought === own ? '' : brought)
  const visitor = own === undefined ? undefined : (readSecret(readTab(tabRecord)) ?? brought)
  const secret = visitor ?? own ?? keep(brought ?? randomText(26))
  const clientId = clientIdOf(secret)
  writeTab(tabClientId, clientId)
  return { clientId, secret, visiting: visitor !== undefined && visitor !== own }
}

/** @returns the secret of the browser: another tab may have been faster */
function keep(secret: string): string {
  writeRecord(record, secret)
  return readSecret(readRecord(record)) ?? secret
}

/** The secret in the page's address, which then no longer has it. */
function takeFromAddress(): string | undefined {
  const secret = secretIn(location.hash)
  if (secret !== undefined) history.replaceState(history.state, '', `${location.pathname}${location.search}`)
  return secret
}

function secretIn(hash: string): string | undefined {
  return readSecret(new URLSearchParams(hash.slice(1)).get(parameter) ?? undefined)
}

/** Other pages of this origin may have written anything there, and a link is anybody's: the agent would refuse it. */
function readSecret(text: string | undefined): string | undefined {
  return text !== undefined && /^[0-9a-z]{26}$/.test(text) ? text : undefined
}

function readTab(name: string): string | undefined {
  try {
    return sessionStorage.getItem(name) ?? undefined
  } catch {
    return undefined
  }
}

function writeTab(name: string, value: string): void {
  try {
    if (value === '') sessionStorage.removeItem(name)
    else sessionStorage.setItem(name, value)
  } catch {
    // Storage is forbidden, as in a preview's frame: a reload then makes another person.
  }
}
