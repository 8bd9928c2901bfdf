import { bindingScenarios } from '../packages/testkit/src/bindings/index.ts'
import { test, expect } from './app.ts'
import { ablyKey, ports, real } from './environment.ts'

test.skip(real, 'the scenarios use the faults of a local Ably')

for (const { name } of bindingScenarios)
  test(`the binding, ${name}`, async ({ binding }) => {
    const at = [name, ports.LOCAL_ABLY_PORT, ablyKey] as const
    const reason = await binding.evaluate(([name, port, key]) => window.binding.play(name, port, key), at)
    test.skip(typeof reason === 'string', reason ?? '')
    expect(reason).toBeUndefined()
  })
