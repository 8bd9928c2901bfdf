import { leakCheck } from './leak-check.ts'

leakCheck(`${import.meta.dirname}/leaks.ts`)
