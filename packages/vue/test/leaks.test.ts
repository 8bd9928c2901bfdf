import { leakCheck } from '../../ably/test/leak-check.ts'

leakCheck(`${import.meta.dirname}/leaks.ts`)
