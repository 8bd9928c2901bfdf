// @vitest-environment happy-dom
import { serverRendering } from '@streamfold/test-support/bindings/server-rendering'
import { newProbe } from '@streamfold/test-support/svelte/probe'
import Tree from '@streamfold/test-support/svelte/tree.svelte'
import { renderInTest } from './render-in-test.ts'

serverRendering({
  program: import.meta.resolve('./server.ts'),
  hydrate: (html, client, options) => renderInTest(client, Tree, { options, probe: newProbe() }, html).element,
})
