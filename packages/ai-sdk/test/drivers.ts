import type { ChatDriver } from './chat-driver.ts'
import { react, reactLowest } from './react-driver.ts'
import { vue, vueLowest } from './vue-driver.ts'

/** `useChat` of both frameworks, of the newest release and of the lowest that package.json allows. */
export const drivers: readonly ChatDriver[] = [react, reactLowest, vue, vueLowest]
