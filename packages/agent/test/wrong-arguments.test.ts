import { expect, it } from 'vitest'
import { fromArchive, serveAgent, streamResponse } from '../src/index.ts'

/** What a program without types may give. */
const as = (given: unknown) => given as never
const ofAbly = { name: 'ai:x', publish: () => {}, subscribe: () => {}, history: () => {} }
const respond = () => 'answer'

it.each<[string, () => unknown, string]>([
  [
    'serveAgent, a channel of ably',
    () => serveAgent({ channel: as(ofAbly), respond: as(respond) }),
    '`channel` is a channel of ably, which it cannot write to: give what createAgentChannel',
  ],
  ['serveAgent, a name', () => serveAgent({ channel: as('ai:x'), respond: as(respond) }), '`channel` is the text "ai:x"'],
  ['serveAgent, nothing', () => serveAgent({ channel: as(undefined), respond: as(respond) }), '`channel` is undefined'],
  [
    'streamResponse, a channel of ably',
    () => streamResponse(as(ofAbly), as('x')),
    'the writer is a channel of ably, which it cannot write to: give what createResponseWriter',
  ],
  ['streamResponse, nothing', () => streamResponse(as(null), as('x')), 'the writer is null'],
  [
    'fromArchive, a promise',
    () => fromArchive(as(Promise.resolve())),
    'the page is a promise: give what archive.read(channelName) resolves with',
  ],
  ['fromArchive, an archive', () => fromArchive(as({ put: () => {}, read: () => {} })), 'the page is an archive'],
  ['fromArchive, a list', () => fromArchive(as([])), 'the page is a list'],
])('%s: says what to give', (_what, call, message) => {
  expect(call).toThrow(TypeError)
  expect(call).toThrow(message)
})
