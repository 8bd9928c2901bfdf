import { renderToString } from 'react-dom/server'
import { servePage } from '../../ably/test/serve-page.ts'
import type { AblyClient } from '@streamfold/testkit'
import { newProbe, tree } from './parts.ts'

await servePage((client, options) => renderToString(tree(client as unknown as AblyClient, options, newProbe()))) // Without its overloads.
