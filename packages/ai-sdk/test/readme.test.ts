import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')

// The examples are type-checked, and run in Chromium by e2e/ai-sdk.spec.ts.
it.each(['chat.tsx', 'part.tsx', 'chat.vue', 'part.vue', 'tools.ts', 'notify-agent.ts'])(
  'the README shows %s as it is run',
  (file) => {
    expect(read('README.md')).toContain(`[${file}]\n${read(`examples/${file}`)}\`\`\`\n`)
  },
)
