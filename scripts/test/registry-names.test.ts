import { expect, it } from 'vitest'
import { ourNames, readerTexts, registryBreaches } from '../check/registry-names.ts'

const names = ourNames()
const told = (text: string) => registryBreaches([{ path: 'x.md', text }], names)

it.each([
  'npx streamfold tail ai:x',
  'npx --no streamfold tail ai:x',
  '$ npx --yes streamfold@0.1.0 diff a b',
  'Run `npx local-ably`, then open the page.',
  'npx -y --package=@streamfold/local-ably local-ably',
  'npx -p streamfold -- streamfold',
  'npm exec streamfold',
  'npm x -- streamfold tail',
  'npm install @streamfold/core',
  'npm i -D ably @streamfold/react@latest',
  'npm install --save-dev streamfold',
  'npm install fold@npm:@streamfold/core@1',
  'pnpm add @streamfold/vue',
  'npx pnpm@12 dlx streamfold tail',
  'yarn add ably streamfold.',
  'yarn dlx streamfold',
  'bun add @streamfold/agent',
  'bunx streamfold',
  'deno add npm:@streamfold/core',
  'npm install ably \\\n  @streamfold/core',
  'throw new Error("try again (npx --package=node@24 --package=@streamfold/local-ably local-ably)")',
  'npm install @streamfold/not-written-yet',
])('refuses a command that fetches a name which is nobody’s: %s', (text) => {
  expect(told(text)).toEqual([expect.stringMatching(/^x\.md:1: fetches /)].concat(told(text).slice(1)))
  expect(told(`a line before\n${text}`)[0]).toContain('x.md:2: ')
})

it.each([
  'npx --yes pnpm@12 dev',
  'npx --no -- streamfold tail ai:x --local',
  'npx --no-install local-ably --port 4510',
  'npx --yes pnpm@12 streamfold tail ai:x',
  'pnpm exec streamfold tail',
  'npm install ably $STREAMFOLD/streamfold-{core,client,ably}-0.1.0.tgz',
  'npm install ./streamfold-0.1.0.tgz',
  'npm install --save-dev node@24',
  'npm create --yes vite@latest my-chat',
  'npx --package=node@24 node node_modules/@streamfold/local-ably/dist/cli.js',
  'Install `streamfold-local-ably`, or import `@streamfold/core`.',
  'streamfold record ai:x -o bug.log',
])('takes a command that does not: %s', (text) => {
  expect(told(text)).toEqual([])
})

it('reads the README, the pages, the help of the command line and the errors of local Ably', () => {
  const paths = new Set(readerTexts().map(({ path }) => path))
  for (const path of [
    'README.md',
    'packages/cli/src/commands/help.ts',
    'docs/pages/start/tests.md',
    '.devcontainer/devcontainer.json',
  ])
    expect(paths, path).toContain(path)
  expect([...paths].filter((path) => path.includes('node_modules'))).toEqual([])
})

it('finds none in what people read', () => {
  expect(registryBreaches(readerTexts(), names)).toEqual([])
})
