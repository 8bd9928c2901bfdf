import type { BindingDriver, MountedBinding } from '@streamfold/testkit'
import { bindingScenarios, playScenario, simulatedBindingHarness } from '@streamfold/testkit'
import { expect, it } from 'vitest'
import { plainDriver } from './plain-driver.ts'

type Mount = BindingDriver['mount']

/** The plain binding, with something wrong with it. */
function broken(mount: (...given: Parameters<Mount>) => Partial<MountedBinding>): BindingDriver {
  return { ...plainDriver, mount: (...given) => Object.assign(plainDriver.mount(...given), mount(...given)) }
}

/** Names of the scenarios that a binding fails. */
async function failed(driver: BindingDriver): Promise<readonly string[]> {
  const names: string[] = []
  for (const scenario of bindingScenarios) {
    await playScenario(scenario, driver, simulatedBindingHarness()).catch(() => names.push(scenario.name))
  }
  return names
}

it.each<[string, RegExp, (...given: Parameters<Mount>) => Partial<MountedBinding>]>([
  ['keeps what it mounted', /leaves nothing behind/, () => ({ unmount() {} })],
  ['does not follow its name', /another conversation/, () => ({ update() {} })],
  ['goes on while it is hidden', /kept off the page/, () => ({ hide() {} })],
  ['says nothing of errors', /could not|cannot|failed/, (...given) => silent(plainDriver.mount(...given))],
  ['draws everything again', /draws only the row/, (...given) => redrawn(plainDriver.mount(...given))],
])('the kit notices a binding that %s', async (_, expected, mount) => {
  expect((await failed(broken(mount))).join()).toMatch(expected)
})

it('the kit notices a binding that draws equal selections again, and one that does not follow its name', async () => {
  const mountSelection = plainDriver.mountSelection!
  const wasteful: BindingDriver = {
    ...plainDriver,
    mountSelection: (client, options, selector) => mountSelection(client, options, selector, () => false),
  }
  expect((await failed(wasteful)).join()).toBe('does not draw a selection again while its values are equal')
  const stuck: BindingDriver = {
    ...plainDriver,
    mountSelection: (...given) => ({ ...mountSelection(...given), update() {} }),
  }
  expect((await failed(stuck)).join()).toBe('selects from the other conversation when the name changes')
})

it('the kit says why a scenario was not played', async () => {
  const scenario = bindingScenarios.find(({ name }) => name.includes('kept off the page'))!
  const driver = { ...plainDriver, cannotHide: 'it has no way to' }
  expect(await playScenario(scenario, driver, simulatedBindingHarness())).toBe('it has no way to')
})

function silent(mounted: MountedBinding): Partial<MountedBinding> {
  return { ...mounted, screen: () => ({ ...mounted.screen(), error: '' }) }
}

function redrawn(mounted: MountedBinding): Partial<MountedBinding> {
  let count = 0
  return { ...mounted, draws: () => ({ list: count++, rows: mounted.draws().rows }) }
}
