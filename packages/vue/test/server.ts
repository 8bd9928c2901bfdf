import { createSSRApp } from 'vue'
import { renderToString } from 'vue/server-renderer'
import { servePage } from '../../ably/test/serve-page.ts'
import { ablyPlugin } from '../src/index.ts'
import { newProbe, tree } from './parts.ts'

await servePage((client, options) => renderToString(createSSRApp(() => tree(options, newProbe())).use(ablyPlugin, client)))
