import type { Page } from '@playwright/test'
import { test as base, expect } from '@playwright/test'
import { bindingScenarios } from '../packages/testkit/src/bindings/index.ts'
import { openBinding } from './bindings/open-binding.ts'
import { ablyKey, ports, real } from './environment.ts'

/** One page for all scenarios: each has clients and a channel of its own. */
const test = base.extend<object, { binding: Page }>({
  binding: [
    async ({ browser }, use, { project }) => {
      const page = await openBinding(browser, project.name)
      await use(page)
      await page.close()
    },
    { scope: 'worker' },
  ],
})

test.skip(real, 'the scenarios use the faults of a local Ably')

for (const { name } of bindingScenarios)
  test(`the binding, ${name}`, async ({ binding }) => {
    const at = [name, ports.LOCAL_ABLY_PORT, ablyKey] as const
    const reason = await binding.evaluate(([name, port, key]) => window.binding.play(name, port, key), at)
    test.skip(typeof reason === 'string', reason ?? '')
    expect(reason).toBeUndefined()
  })
