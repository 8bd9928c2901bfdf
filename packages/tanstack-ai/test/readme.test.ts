import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')

// The composable is what the tests of Vue mount.
it.each(['chat.tsx', 'use-chat.ts'])('the README shows %s as it is checked', (file) => {
  expect(read('README.md')).toContain(`[${file}]\n${read(`examples/${file}`)}\`\`\`\n`)
})
