import { existsSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { readResults } from '../src/report/results.ts'

it('there is a script for each no, which needs nothing of the suite', () => {
  const nos = readResults().flatMap(({ id, answers }) =>
    Object.entries(answers).flatMap(([law, { answer }]) => (answer === 'no' ? [{ id, law }] : [])),
  )
  expect(nos.length).toBeGreaterThan(5)
  for (const { id, law } of nos) {
    const script = new URL(`../scripts/${id}.mjs`, import.meta.url)
    expect(existsSync(script), `${id}/${law}`).toBe(true)
    const text = readFileSync(script, 'utf8')
    expect(text, `${id}/${law}`).toMatch(new RegExp(`\\n  (async ${law}\\(|${law}: )`))
    expect(text, id).not.toContain("from '../src")
  }
})

it('our own columns keep every law', () => {
  const ours = readResults().filter(({ name }) => name.startsWith('Streamfold'))
  expect(ours.length).toBeGreaterThan(3)
  for (const { id, answers } of ours)
    for (const [law, { answer }] of Object.entries(answers)) expect(answer, `${id}/${law}`).toBe('yes')
})
