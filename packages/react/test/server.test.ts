// @vitest-environment happy-dom
import type { AblyClient } from '@streamfold/testkit'
import { serverRendering } from '../../ably/test/server-rendering.ts'
import { newProbe, tree } from './parts.ts'
import { renderInTest } from './render-in-test.ts'

serverRendering({
  program: import.meta.resolve('./server.ts'),
  hydrate: (html, client, options) => renderInTest(tree(client as unknown as AblyClient, options, newProbe()), html).element, // Without its overloads.
})
