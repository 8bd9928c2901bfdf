// @vitest-environment happy-dom
import { serverRendering } from '../../ably/test/server-rendering.ts'
import { newProbe, tree } from './parts.ts'
import { renderInTest } from './render-in-test.ts'

serverRendering({
  program: import.meta.resolve('./server.ts'),
  hydrate: (html, client, options) => renderInTest(client, () => () => tree(options, newProbe()), html).element,
})
