import { describe, expect, it } from 'vitest'
import { clientOptions } from '../src/channel/client-options.ts'
import { readTarget, withLocalPort } from '../src/channel/target.ts'

const key = 'app1.key1:secret'

describe('which Ably', () => {
  it('is the service with a key, from an option or the environment', () => {
    expect(readTarget('tail', { key }, { ABLY_API_KEY: 'other.key:secret' })).toEqual({ key, host: undefined, local: false })
    const { host, ...rest } = readTarget('tail', {}, { ABLY_API_KEY: ` ${key} ` })
    expect([host, rest.key]).toEqual([undefined, key])
    expect(clientOptions({ key, host: undefined, local: false })).toEqual({ key, logLevel: 0 })
  })

  it('is a local one by --local, which never gets the key of the service', () => {
    const local = (port: number, key = 'local.dev:streamfold') => ({
      key,
      host: { endpoint: 'localhost', port, tls: false },
      local: true,
    })
    expect(readTarget('tail', { local: '' }, { ABLY_API_KEY: key })).toEqual(local(4510))
    expect(readTarget('tail', { local: '' }, { LOCAL_ABLY_PORT: '4599' })).toEqual(local(4599))
    expect(readTarget('tail', { local: '4600', key }, { LOCAL_ABLY_PORT: '4599' })).toEqual(local(4600, key))
  })

  it('is another host, with its port where the client looks for it', () => {
    const { host } = readTarget('tail', { key, endpoint: 'ably.example', port: '8443' }, {})
    expect(clientOptions({ key, host, local: false })).toMatchObject({ endpoint: 'ably.example', tls: true, tlsPort: 8443 })
    const open = readTarget('tail', { key, endpoint: 'localhost', port: '4510', 'no-tls': true }, {})
    expect(clientOptions(open)).toMatchObject({ endpoint: 'localhost', tls: false, port: 4510 })
  })

  it('takes an empty variable for an unset one', () => {
    expect(() => readTarget('tail', {}, { ABLY_API_KEY: '' })).toThrow('there is no key')
  })

  it('takes --local with a port and without', () => {
    expect(withLocalPort(['--local', '4599', 'ai:x'])).toEqual(['--local=4599', 'ai:x'])
    expect(withLocalPort(['ai:x', '--local'])).toEqual(['ai:x', '--local='])
    expect(withLocalPort(['--local', 'ai:x', '--json'])).toEqual(['--local=', 'ai:x', '--json'])
    expect(withLocalPort(['--', '--local'])).toEqual(['--', '--local'])
  })
})
