import jmespath from 'jmespath'
import { dataOf, type MessageVersion } from '../message/message-version.ts'
import { AblyError } from '../protocol/ably-error.ts'

export type Filter = (version: MessageVersion) => boolean

/** The filter of a derived channel: base64 of a JMESPath expression. Throws 40000 when it is none. */
export function compileFilter(base64: string): Filter {
  const expression = Buffer.from(base64, 'base64').toString('utf8')
  try {
    jmespath.search({}, expression)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new AblyError(40000, 400, `unable to attach; the filter "${expression}" is not JMESPath: ${reason}`)
  }
  return (version) => {
    try {
      return Boolean(jmespath.search(subjectOf(version), expression))
    } catch {
      // A function applied to what this message has not: it does not satisfy the filter.
      return false
    }
  }
}

/** What an expression can ask about: name, clientId, connectionId, data, and the headers in the extras. */
function subjectOf(version: MessageVersion): object {
  const { name, clientId, connectionId, encoding, extras, timestamp } = version
  const data = dataOf(version)
  const headers = extras?.['headers'] ?? {}
  return { name, clientId, connectionId, timestamp, headers, extras, data: decoded(data, encoding) }
}

function decoded(data: unknown, encoding: string | undefined): unknown {
  if (typeof data !== 'string' || encoding !== 'json') return typeof data === 'string' ? data : null
  try {
    return JSON.parse(data) as unknown
  } catch {
    return data
  }
}
