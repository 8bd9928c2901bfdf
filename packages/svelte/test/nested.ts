import { renderInTest } from './render-in-test.ts'
import Within from './within.svelte'

/** What a component calls while it is set up. It renders what that returns. */
export type Setup = () => (() => unknown) | void

/** Components inside one another, the outer one first. */
export const nested = (...setups: readonly Setup[]) => renderInTest(undefined, Within, { within: Within, setups })
