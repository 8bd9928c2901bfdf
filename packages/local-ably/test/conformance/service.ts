import type { LocalAbly } from '../../src/index.ts'

/** A row asks for what only a local Ably of its own has. Against a service it is left out, with this reason. */
export class NotTried extends Error {}

const { TEST_REAL_KEY: key, ABLY_ENDPOINT: endpoint, ABLY_PORT: port, ABLY_TLS: tls } = process.env

/** The service that rows are tried against where `pnpm test:real` names one; otherwise each section has a local Ably. */
export const service: LocalAbly | undefined = key ? serviceOf(key) : undefined

/** What channel names begin with there. */
export const prefix = process.env['TEST_REAL_PREFIX'] ?? ''

/** The key that rows use unless they say otherwise, in its parts. */
export const [keyName = '', keySecret = ''] = (key || 'local.dev:streamfold').split(':')

function serviceOf(key: string): LocalAbly {
  const secure = tls !== 'no'
  const name = endpoint || 'main'
  const host = name === 'localhost' || /[.:]/.test(name) ? name : `${name}.realtime.ably.net`
  const number = Number(port) || (secure ? 443 : 80)
  const options = { endpoint: name, tls: secure, ...(port && (secure ? { tlsPort: number } : { port: number })) }
  return {
    url: `${secure ? 'https' : 'http'}://${host}:${number}`,
    port: number,
    key,
    clientOptions: ((extra: object = {}) => {
      const identified = ['token', 'tokenDetails', 'authUrl', 'authCallback'].some((name) => name in extra)
      return { ...options, ...(identified ? {} : { key }), ...extra }
    }) as LocalAbly['clientOptions'], // Its result differs in what the rows do not read.
    // Each row's world says that there are none.
    faults: undefined as never,
    close: async () => {},
  }
}
