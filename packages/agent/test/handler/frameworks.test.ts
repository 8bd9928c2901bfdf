import { createLocalAbly } from '@streamfold/local-ably'
import type { Site } from '@streamfold/test-support/handler/handler-scenarios'
import { handlerScenarios } from '@streamfold/test-support/handler/handler-scenarios'
import { createModelServer } from '@streamfold/test-support/handler/model-server'
import { afterAll, beforeAll, describe, test } from 'vitest'
import type { RunningServer } from './servers/start-server.ts'
import { startServer } from './servers/start-server.ts'

describe.each(['hono', 'express', 'fastify'])('the handler in %s', (framework) => {
  let site: Site
  let server: RunningServer
  let close: () => Promise<void>

  beforeAll(async () => {
    const ably = await createLocalAbly({ presenceLeaveDelay: 300 })
    const model = await createModelServer()
    const origin = 'https://app.example'
    const start = () => startServer(`${framework}.ts`, { ablyPort: ably.port, key: ably.key, modelUrl: model.url, origin })
    server = await start()
    site = {
      ably,
      model,
      origin,
      get url() {
        return server.url
      },
      async restart() {
        await server.kill()
        server = await start()
      },
    }
    close = async () => {
      await server.kill()
      await model.close()
      await ably.close()
    }
  })
  afterAll(() => close())

  test.each(Object.entries(handlerScenarios))('%s', (_, play) => play(site))
})
