import { APICallError } from '@ai-sdk/provider'
import { expect, test } from 'vitest'
import { describeFailure } from '../src/answer/describe-failure.ts'
import { createLogger } from '../src/logger.ts'

const key = 'sk-1234'

class Named extends Error {
  override name = `Bad ${key}`
}

const failures: readonly [string, unknown][] = [
  ['a message', new Error(`bad ${key}`)],
  ['a cause', new Error('bad', { cause: new Error(`bad ${key}`) })],
  ['a cause in a cause', new Error('bad', { cause: { cause: `bad ${key}` } })],
  ['a code', Object.assign(new Error('bad'), { code: `bad ${key}` })],
  ['a code of one word', Object.assign(new Error('bad'), { code: key })],
  ['an object as code', Object.assign(new Error('bad'), { code: { key } })],
  ['a status that is none', Object.assign(new Error('bad'), { statusCode: key })],
  ['a name', new Named('bad')],
  ['toJSON', Object.assign(new Error('bad'), { toJSON: () => key })],
  ['other fields', Object.assign(new Error('bad'), { url: key, headers: { authorization: key } })],
  ['errors in an error', new AggregateError([new Error(key)], key)],
  ['a text', key],
  ['an object', { message: key, toJSON: () => key }],
  ['a symbol', Symbol(key)],
  [
    'an error of the model service',
    new APICallError({
      message: key,
      url: `https://x/?key=${key}`,
      requestBodyValues: { key },
      statusCode: 400,
      responseBody: key,
      data: { error: { code: key, message: key } },
    }),
  ],
]

test.each(failures)('a secret that a failure holds as %s is neither logged nor shown', (_, failure) => {
  const lines: string[] = []
  for (const format of ['json', 'text'] as const) {
    const logger = createLogger({ level: 'trace', format, contents: false }, { write: (line) => void lines.push(line) })
    logger.error({ err: failure }, 'error')
  }
  expect(lines).toHaveLength(2)
  expect(lines.join()).not.toContain(key)
  expect(describeFailure(failure)).not.toContain(key)
})

test.each([
  ['ECONNREFUSED', 'ECONNREFUSED'],
  ['model-silent', 'model-silent'],
  ['invalid_api_key', 'invalid_api_key'],
  ['ERR_HTTP2_STREAM_ERROR', 'ERR_HTTP2_STREAM_ERROR'],
  [93002, 93002],
])('what names the kind of a failure is logged: %s', (code, logged) => {
  const lines: string[] = []
  const logger = createLogger({ level: 'info', format: 'json', contents: false }, { write: (line) => void lines.push(line) })
  logger.error({ err: Object.assign(new TypeError('bad'), { code, statusCode: 401 }) }, 'error')
  expect(JSON.parse(lines[0]!)).toMatchObject({ err: { type: 'TypeError', code: logged, statusCode: 401 } })
})
