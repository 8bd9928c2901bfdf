import { AblyError } from '../protocol/ably-error.ts'

export interface ChannelAddress {
  /** As the client wrote it; frames back to it must repeat it. */
  readonly name: string
  /** Without the qualifier: what capabilities and storage see. */
  readonly base: string
  /** Parameters written into the name, as in `[?rewind=1]news`. */
  readonly params: Readonly<Record<string, string>>
  /** Base64 of the JMESPath expression that messages must satisfy, as in `[filter=…]news`. */
  readonly filter: string | undefined
  /** What a capability must name: `[filter]news` for a derived channel, else the channel itself. */
  readonly resource: string
}

/** Reads `[filter=BASE64?param=value]name`, of which all but the name may be missing. Throws 40010. */
export function parseChannelName(name: string): ChannelAddress {
  let address = parsed.get(name)
  if (address === undefined) {
    address = parse(name)
    if (parsed.size >= MAX_PARSED) parsed.clear()
    parsed.set(name, address)
  }
  return address
}

/** Characters of a name, its qualifier not among them (P96). */
const MAX_LENGTH = 2_048
/** Of a name with its qualifier, which may hold a filter. */
const MAX_QUALIFIED = 8_192

/** Names read before: every frame names its channel. */
const parsed = new Map<string, ChannelAddress>()
const MAX_PARSED = 1000

function parse(name: string): ChannelAddress {
  if (name.length > MAX_QUALIFIED) throw invalid(name, `it has more than ${MAX_LENGTH} characters`)
  const qualified = /^\[([^\]]*)\](.*)$/s.exec(name)
  if (qualified === null) {
    requireValid(name, name)
    return { name, base: name, params: {}, filter: undefined, resource: name }
  }
  const [, qualifier = '', base = ''] = qualified
  if (qualifier === 'meta') return { name, base: name, params: {}, filter: undefined, resource: name }
  requireValid(base, name)
  const [kind = '', query] = qualifier.split('?', 2)
  const params = Object.fromEntries(new URLSearchParams(query))
  if (kind === '' && query !== undefined) return { name, base, params, filter: undefined, resource: base }
  if (kind.startsWith('filter=')) {
    return { name, base, params, filter: kind.slice('filter='.length), resource: `[filter]${base}` }
  }
  throw invalid(name, `the qualifier [${qualifier}] is not supported`)
}

function requireValid(base: string, name: string): void {
  if (base.length > MAX_LENGTH) throw invalid(name, `it has more than ${MAX_LENGTH} characters`)
  if (base === '') throw invalid(name, 'it is empty')
  if (/^[:,\s[]/.test(base)) throw invalid(name, 'it starts with a reserved character')
  if (/[\r\n]/.test(base)) throw invalid(name, 'it has a line break')
}

function invalid(name: string, reason: string): AblyError {
  const shown = name.length > 100 ? `${name.slice(0, 100)}…` : name
  return new AblyError(40010, 400, `unable to use the channel name "${shown}"; ${reason}`)
}
