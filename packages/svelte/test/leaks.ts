import '@streamfold/test-support/bindings/page-in-process'
import '@streamfold/test-support/svelte/compile-in-process'

const [{ driver }, { measureLeaks }] = await Promise.all([
  import('@streamfold/test-support/svelte/driver'),
  import('@streamfold/test-support/bindings/measure-leaks'),
])

process.stdout.write(JSON.stringify(await measureLeaks(driver, Number(process.argv[2]))))
process.exit()
