import { leakCheck } from '../../ably/test/leak-check.ts'

leakCheck(new URL('./leaks.ts', import.meta.url).pathname)
