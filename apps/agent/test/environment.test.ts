import { describe, expect, test } from 'vitest'
import { readEnvironment } from '../src/environment.ts'

describe('the environment', () => {
  test('needs nothing: local Ably, demo model, default ports', () => {
    expect(readEnvironment({})).toMatchObject({
      port: 4520,
      host: undefined,
      ably: { kind: 'local', key: 'local.dev:streamfold', port: 4510 },
      model: { kind: 'demo', pace: 1 },
    })
  })

  test('has room for files, and an address without a slash at its end', () => {
    expect(readEnvironment({})).toMatchObject({ fileRoom: 200 * 1_024 * 1_024, address: undefined })
    const variables = { AGENT_FILES: '2', AGENT_URL: 'https://agent.example/' }
    expect(readEnvironment(variables)).toMatchObject({ fileRoom: 2 * 1_024 * 1_024, address: 'https://agent.example' })
  })

  test('an empty variable counts as absent', () => {
    expect(readEnvironment({ ABLY_API_KEY: '', ANTHROPIC_API_KEY: ' ', AGENT_PORT: '', MODEL: '' })).toEqual(readEnvironment({}))
  })

  test.each([
    [{ ABLY_API_KEY: 'app.key:secret' }, { kind: 'service', key: 'app.key:secret' }],
    [{ VITE_ABLY_KEY: 'app.key:secret' }, { kind: 'service', key: 'app.key:secret' }],
    [
      { ABLY_API_KEY: 'app.one:s', VITE_ABLY_KEY: 'app.two:s' },
      { kind: 'service', key: 'app.one:s' },
    ],
    [
      { ABLY_API_KEY: 'app.key:secret', ABLY_ENDPOINT: 'eu' },
      { kind: 'service', key: 'app.key:secret', host: { endpoint: 'eu', port: undefined, tls: true } },
    ],
    [
      { ABLY_API_KEY: 'app.key:secret', ABLY_ENDPOINT: 'localhost', ABLY_PORT: '4610', ABLY_TLS: 'no' },
      { kind: 'service', key: 'app.key:secret', host: { endpoint: 'localhost', port: 4610, tls: false } },
    ],
    [{ LOCAL_ABLY_PORT: '9999' }, { kind: 'local', key: 'local.dev:streamfold', port: 9999 }],
  ])('%j chooses the Ably', (variables, ably) => expect(readEnvironment(variables).ably).toEqual(ably))

  test.each([
    [
      { ANTHROPIC_API_KEY: 'k', OPENAI_API_KEY: 'o' },
      { kind: 'anthropic', apiKey: 'k', name: 'claude-sonnet-5-5' },
    ],
    [
      { ANTHROPIC_API_KEY: 'k', MODEL: 'claude-x' },
      { kind: 'anthropic', apiKey: 'k', name: 'claude-x' },
    ],
    [{ OPENAI_API_KEY: 'o' }, { kind: 'openai', apiKey: 'o', name: 'gpt-5.4-mini' }],
    [
      { OPENAI_BASE_URL: 'http://localhost:1/v1', MODEL: 'm' },
      { kind: 'compatible', baseUrl: 'http://localhost:1/v1', apiKey: undefined, name: 'm' },
    ],
    [{ DEMO_PACE: '0' }, { kind: 'demo', pace: 0 }],
  ])('%j chooses the model', (variables, model) => expect(readEnvironment(variables).model).toEqual(model))

  test.each([
    [{ AGENT_PORT: 'many' }, /AGENT_PORT=many; set a whole number/],
    [{ AGENT_PORT: '70000' }, /AGENT_PORT=70000/],
    [{ DEMO_PACE: '-1' }, /DEMO_PACE=-1; set a number/],
    [{ OPENAI_BASE_URL: 'nonsense', MODEL: 'm' }, /OPENAI_BASE_URL; it is not a URL/],
    [{ OPENAI_BASE_URL: 'http://localhost:1/v1' }, /set MODEL/],
  ])('%j is refused with what to set', (variables, message) => expect(() => readEnvironment(variables)).toThrow(message))

  test('a malformed key is not repeated in the message', () => {
    expect(() => readEnvironment({ ABLY_API_KEY: 'sesame' })).toThrow(/^(?!.*sesame).*ABLY_API_KEY/)
  })

  test.each([
    [{ AGENT_PROMPTS: 'sometimes' }, 'AGENT_PROMPTS=sometimes; set one of concurrently, queue, steer, interrupt'],
    [{ AGENT_RECOVERY: 'pray' }, 'AGENT_RECOVERY=pray; set one of close, regenerate'],
    [{ AGENT_RATE: '0' }, 'AGENT_RATE=0; set a number from 1'],
    [{ AGENT_FILES: '-1' }, 'AGENT_FILES=-1; set a number from 0'],
    [{ AGENT_URL: 'agent.example' }, 'AGENT_URL; it is no address'],
    [{ AGENT_URL: 'javascript:alert(1)' }, 'AGENT_URL; it is no address'],
    [{ AGENT_TOKEN_TTL: 'long' }, 'AGENT_TOKEN_TTL=long; set a number from 1'],
    [{ AGENT_LOG_CONTENTS: 'maybe' }, 'AGENT_LOG_CONTENTS=maybe; set one of no, yes'],
  ])('%j is refused in words', (variables, words) => expect(() => readEnvironment(variables)).toThrow(words))

  test('keeps nothing on disk, logs no contents and gives three seconds to end, unless told', () => {
    expect(readEnvironment({})).toMatchObject({
      data: ':memory:',
      log: { level: 'info', format: 'json', contents: false },
      grace: 3_000,
      tokenTtl: 600_000,
      prompts: 'concurrently',
      recovery: 'close',
      staleAfter: 15_000,
    })
  })
})
