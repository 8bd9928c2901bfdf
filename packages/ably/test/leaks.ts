import { measureLeaks } from '@streamfold/test-support/bindings/measure-leaks'
import { plainDriver } from './plain-driver.ts'

process.stdout.write(JSON.stringify(await measureLeaks(plainDriver, Number(process.argv[2]))))
process.exit()
