import { renderToString } from 'react-dom/server'
import { servePage } from '@streamfold/test-support/bindings/serve-page'
import type { AblyClient } from '@streamfold/testkit'
import { newProbe, tree } from '@streamfold/test-support/react/tree'

await servePage((client, options) => renderToString(tree(client as unknown as AblyClient, options, newProbe()))) // Without its overloads.
