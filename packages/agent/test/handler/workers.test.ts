import { createLocalAbly } from '@streamfold/local-ably'
import type { Site } from '@streamfold/test-support/handler/handler-scenarios'
import { handlerScenarios } from '@streamfold/test-support/handler/handler-scenarios'
import { createModelServer } from '@streamfold/test-support/handler/model-server'
import { build } from 'esbuild'
import { Miniflare } from 'miniflare'
import { afterAll, beforeAll, describe, test } from 'vitest'

describe('the handler in workerd', () => {
  let site: Site
  let close: () => Promise<void>

  beforeAll(async () => {
    const ably = await createLocalAbly()
    const model = await createModelServer()
    const origin = 'https://app.example'
    const { outputFiles } = await build({
      entryPoints: [new URL('servers/worker.ts', import.meta.url).pathname],
      bundle: true,
      write: false,
      format: 'esm',
      target: 'es2023',
      conditions: ['streamfold-source', 'workerd', 'worker', 'browser'],
    })
    const bindings = { ABLY_PORT: String(ably.port), ABLY_KEY: ably.key, MODEL_URL: model.url, ORIGIN: origin }
    const start = async () => {
      const worker = new Miniflare({
        modules: true,
        script: outputFiles[0]!.text,
        compatibilityDate: '2026-06-01',
        bindings,
        host: '127.0.0.1',
      })
      return { worker, url: (await worker.ready).origin }
    }
    let { worker, url } = await start()
    site = {
      ably,
      model,
      origin,
      get url() {
        return url
      },
      async restart() {
        await worker.dispose()
        ;({ worker, url } = await start())
      },
    }
    close = async () => {
      await worker.dispose()
      await model.close()
      await ably.close()
    }
  })
  afterAll(() => close())

  test.each(Object.entries(handlerScenarios))('%s', (_, play) => play(site))
})
