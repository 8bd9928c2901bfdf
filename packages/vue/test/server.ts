import { createSSRApp } from 'vue'
import { renderToString } from 'vue/server-renderer'
import { servePage } from '@streamfold/test-support/bindings/serve-page'
import { ablyPlugin } from '../src/index.ts'
import { newProbe, tree } from '@streamfold/test-support/vue/tree'

await servePage((client, options) => renderToString(createSSRApp(() => tree(options, newProbe())).use(ablyPlugin, client)))
