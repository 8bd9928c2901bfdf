// First: it makes the process a page, for React and Vue.
import '../src/harness/browser.ts'
import { describe, expect, it } from 'vitest'
import { tryLaw } from '../src/harness/try-law.ts'
import { laws } from '../src/laws/laws.ts'
import { streamfold } from '../src/layers/streamfold/streamfold.ts'

/** The quick ones; `pnpm conformance` tries them all. */
const quick = ['lost', 'approve']

describe.each(streamfold)('$name', (layer) => {
  it.each(quick)('keeps the law %s', async (id) => {
    expect(
      await tryLaw(
        laws.find((law) => law.id === id)!,
        layer,
      ),
    ).toEqual({ answer: 'yes' })
  })
})
