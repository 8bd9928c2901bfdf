// @vitest-environment happy-dom
import { serverRendering } from '../../ably/test/server-rendering.ts'
import { newProbe, tree } from './parts.ts'
import { render } from './render.ts'

serverRendering({
  program: `${import.meta.dirname}/server.ts`,
  hydrate: (html, client, options) => render(client, () => () => tree(options, newProbe()), html).element,
})
