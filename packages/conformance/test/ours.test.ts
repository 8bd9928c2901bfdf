// @own-process: it makes the process a page, for React and Vue, before all else
import '../src/harness/browser.ts'
import { describe, expect, it } from 'vitest'
import { tryLaw } from '../src/harness/try-law.ts'
import { laws } from '../src/laws/laws.ts'
import { forkColumn } from '../src/report/fork-column.ts'
import { streamfold } from '../src/layers/streamfold/streamfold.ts'

/** The quick ones; `pnpm conformance` tries them all. */
const quick = ['lost', 'approve']
/** What they show is the conversation in the shape of another library. */
const isBridge = (id: string): boolean => ['conversation-agent', 'chat-connection'].includes(id)

describe.each(streamfold.filter(({ id }) => id !== 'svelte'))('$name', (layer) => {
  it.each(isBridge(layer.id) ? ['approve'] : quick)('keeps the law %s', async (id) => {
    expect(
      await tryLaw(
        laws.find((law) => law.id === id)!,
        layer,
      ),
    ).toEqual({ answer: 'yes' })
  })
})

// Vitest compiles Svelte for servers where the environment of a test is none of a page.
it('Streamfold, Svelte keeps the law approve, in a process of its own', async () => {
  const answers: unknown[] = []
  await forkColumn('svelte', ['approve'], ({ answer, error }) => answers.push(answer ?? error))
  expect(answers).toEqual([{ answer: 'yes' }])
})
