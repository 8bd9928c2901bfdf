// @vitest-environment happy-dom
import type { AblyClient } from '@streamfold/testkit'
import { serverRendering } from '@streamfold/test-support/bindings/server-rendering'
import { newProbe, tree } from '@streamfold/test-support/react/tree'
import { renderInTest } from './render-in-test.ts'

serverRendering({
  program: import.meta.resolve('./server.ts'),
  hydrate: (html, client, options) => renderInTest(tree(client as unknown as AblyClient, options, newProbe()), html).element, // Without its overloads.
})
