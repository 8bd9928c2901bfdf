import { leakCheck } from '@streamfold/test-support/bindings/leak-check'

leakCheck(new URL('./leaks.ts', import.meta.url).pathname)
