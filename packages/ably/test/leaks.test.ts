import { leakCheck } from './leak-check.ts'

leakCheck(new URL('./leaks.ts', import.meta.url).pathname)
