import { createLocalAbly } from '@streamfold/local-ably'
import type { Site } from '@streamfold/test-support/handler/handler-scenarios'
import { handlerScenarios } from '@streamfold/test-support/handler/handler-scenarios'
import { createModelServer } from '@streamfold/test-support/handler/model-server'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { startServer } from './servers/start-server.ts'

interface RunningSite {
  readonly site: Site
  close(): Promise<void>
}

async function startSite(framework: string): Promise<RunningSite> {
  const ably = await createLocalAbly()
  const model = await createModelServer()
  const origin = 'https://app.example'
  const start = () => startServer(`${framework}.ts`, { ablyPort: ably.port, key: ably.key, modelUrl: model.url, origin })
  let server = await start()
  return {
    site: {
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
    },
    async close() {
      await server.kill()
      await model.close()
      await ably.close()
    },
  }
}

const frameworks = ['hono', 'express', 'fastify']

describe(`the handler in ${frameworks.join(', ')}`, () => {
  const sites = new Map<string, RunningSite>()

  beforeAll(async () => {
    await Promise.all(frameworks.map(async (framework) => sites.set(framework, await startSite(framework))))
  })
  afterAll(async () => {
    await Promise.all([...sites.values()].map(({ close }) => close()))
  })

  // At once, because it takes time to see that an agent has died.
  test.each(Object.entries(handlerScenarios))('%s', async (_, play) => {
    await Promise.all(
      Array.from(sites, ([framework, { site }]) =>
        play(site).catch((cause: unknown) => {
          throw new Error(`in ${framework}: ${String(cause)}`, { cause })
        }),
      ),
    )
  })
})
