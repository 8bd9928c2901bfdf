// @vitest-environment happy-dom
import { serverRendering } from '@streamfold/test-support/bindings/server-rendering'
import { newProbe, tree } from '@streamfold/test-support/vue/tree'
import { renderInTest } from './render-in-test.ts'

serverRendering({
  program: import.meta.resolve('./server.ts'),
  hydrate: (html, client, options) => renderInTest(client, () => () => tree(options, newProbe()), html).element,
})
