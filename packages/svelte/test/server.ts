import '@streamfold/test-support/svelte/compile-in-process'
import { servePage } from '@streamfold/test-support/bindings/serve-page'
import { newProbe } from '@streamfold/test-support/svelte/probe'
import { render } from 'svelte/server'
import { readable } from 'svelte/store'

const [{ default: Page }, { default: Tree }] = await Promise.all([
  import('@streamfold/test-support/svelte/page.svelte'),
  import('@streamfold/test-support/svelte/tree.svelte'),
])

await servePage((client, options) => {
  const props = { client, of: Tree, given: readable({ options, probe: newProbe() }) }
  return render(Page, { props }).body
})
