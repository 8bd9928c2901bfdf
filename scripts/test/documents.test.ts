import { spawnSync } from 'node:child_process'
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { breachesOf as codeBreaches } from '../check/code-blocks.ts'
import { breachesOf as linkBreaches } from '../check/links.ts'
import type { Block } from '../check/markdown.ts'
import { documents, readDocument } from '../check/markdown.ts'
import { root } from '../workspace.ts'

const block = (language: string, code: string, before = '') =>
  codeBreaches([readDocument('x.md', `# X\n\n${before}\n\n\`\`\`${language}\n${code}\n\`\`\`\n`)], `${root}docs/.code-test/`)
const links = (text: string, path = 'x.md') =>
  linkBreaches([readDocument(path, text), readDocument('docs/pages/y.md', '# A heading, twice\n\n# A heading, twice')], (file) =>
    ['x.md', 'there.ts', 'docs/pages/y.md'].includes(file),
  )

describe('the check of code blocks', { timeout: 300_000 }, () => {
  it('names the line of a type error, in TypeScript and in the markup of Vue and Svelte', async () => {
    expect(await block('ts', 'const one = 1\nconst two: string = one')).toEqual([expect.stringMatching(/^x\.md:7: TS2322/)])
    const vue = '<script setup lang="ts">\nconst one = { two: 2 }\n</script>\n\n<template>{{ one.three }}</template>'
    expect(await block('vue', vue)).toEqual([expect.stringMatching(/^x\.md:10: TS2\d+/)])
    const svelte = '<script lang="ts">\n  const one = { two: 2 }\n</script>\n\n<p>{one.three}</p>'
    expect(await block('svelte', svelte)).toEqual([expect.stringMatching(/^x\.md:10: .*three/)])
  })

  it('knows our packages, what is given, and the files of the page', async () => {
    expect(await block('ts', "import { createStore } from '@streamfold/core'\nuse(createStore().log)", given)).toEqual([])
    expect(await block('ts', "import { createShop } from '@streamfold/core'")).toEqual([expect.stringContaining('TS2305')])
    const [a, b] = [
      '```ts [src/a.ts]\nexport const a = 1\n```',
      "```ts [src/b.ts]\nimport { a } from './a.ts'\nconst b: 1 = a\n```",
    ]
    expect(await codeBreaches([readDocument('x.md', `${a}\n\n${b}`)], `${root}docs/.code-test/`)).toEqual([])
  })

  it('fails for JSON that is none, variables, pages and commands that are none, and for what nobody checks', async () => {
    expect(await block('json', '{ "a": 1 }')).toEqual([])
    expect(await block('json', '{ a: 1 }')).toHaveLength(1)
    expect(await block('ini', 'KEY=1\n# why\nkey: 2')).toEqual(['x.md:5: key: 2 is not NAME=value'])
    expect(await block('html', '<script type="module" src="/src/main.ts"></script>')).toHaveLength(1)
    for (const command of [
      'npx --yes pnpm@12 dev',
      'node scripts/dev.ts',
      'npx --no -- local-ably --port 4510',
      'A=1 pnpm test # all',
    ])
      expect(await block('sh', command), command).toEqual([])
    for (const command of ['pnpm develop', 'node scripts/none.ts', 'npx global-ably', 'pnpm --filter @streamfold/none build'])
      expect(await block('sh', command), command).toHaveLength(1)
    expect(await block('rust', 'fn main() {}')).toEqual([expect.stringContaining('nothing checks')])
  })
})

describe('the check of links', () => {
  it('follows files and headings, as GitHub and the site name them', () => {
    const good = '[a](there.ts) [b](docs/pages/y.md#a-heading-twice-1) [c](#here) <a href="there.ts">d</a>\n\n## Here'
    expect(links(good)).toEqual([])
    expect(links('[a](gone.ts)')).toEqual(['x.md:1: gone.ts is not there'])
    expect(links('[a](docs/pages/y.md#a-heading-thrice)')).toEqual([expect.stringContaining('is not a heading there')])
    expect(links('\n\n<img src="gone.png">')).toEqual(['x.md:3: gone.png is not there'])
  })

  it('keeps the site’s links on the site, and looks at the form of others', () => {
    expect(links('[a](y.md)', 'docs/pages/x.md')).toEqual([])
    expect(links('[a](/y)', 'docs/pages/x.md')).toEqual([])
    expect(links('[a](../../there.ts)', 'docs/pages/x.md')).toEqual([expect.stringContaining('is not on the site')])
    expect(links('[a](https://ably.com/docs) [b](http://localhost:5173)')).toEqual([])
    expect(links('[a](http://ably.com)')).toEqual([expect.stringContaining('is not https')])
  })
})

describe('the documents', { timeout: 300_000 }, () => {
  const all = documents()
  const readme = all.find(({ path }) => path === 'README.md')!
  const typed = readme.blocks.filter(({ language }) => ['ts', 'tsx', 'vue'].includes(language))

  it('are there: the README with each package, the pages of the site, a README of every package', () => {
    for (const name of ['core', 'ably', 'react', 'vue', 'agent', 'local-ably'])
      expect(
        typed.some(({ code }) => code.includes(`@streamfold/${name}'`)),
        name,
      ).toBe(true)
    expect(all.filter(({ path }) => path.startsWith('docs/pages/')).length).toBeGreaterThan(20)
    expect(all.filter(({ path }) => /^packages\/[^/]+\/README\.md$/.test(path)).length).toBeGreaterThanOrEqual(7)
  })

  it('grant people their own conversations in the samples of tokens, and no pattern', () => {
    const samples = all.flatMap(({ path, blocks }) =>
      blocks.filter(({ code }) => /capability|createTokenRequest/.test(code)).map(({ code }) => ({ path, code })),
    )
    expect(samples.length).toBeGreaterThan(0)
    for (const { path, code } of samples) {
      expect(code, path).not.toMatch(/['"`][^'"`\s]*\*['"`]/)
      expect(code, path).toMatch(/conversationsOf\(userId\)/)
    }
  })

  it('name every code that our packages fail with, on the page of errors', () => {
    const page = readFileSync(`${root}docs/pages/guide/errors.md`, 'utf8')
    expect(codesOfSources().filter((code) => !page.includes(code))).toEqual([])
    expect(messagesOfSources().filter((message) => !page.includes(message))).toEqual([])
  })

  it('give each fact of the protocol a number of its own', () => {
    const numbers = [...readFileSync(`${root}PROTOCOL.md`, 'utf8').matchAll(/^\| (P\d+) /gm)].map(([, number]) => number)
    expect(numbers.length).toBeGreaterThan(100)
    expect(numbers.filter((number, at) => numbers.indexOf(number) !== at)).toEqual([])
  })

  it('install the version that there is', () => {
    const { version } = JSON.parse(readFileSync(`${root}packages/core/package.json`, 'utf8')) as { version: string } // npm's own format.
    const code = all.flatMap(({ blocks }) => blocks.map((block) => block.code)).join('\n')
    const told = new Set([...code.matchAll(/streamfold\S*-(\d\S*)\.tgz/g)].map(([, each]) => each))
    expect([...told]).toEqual([version])
  })

  it('fold a stream with the core alone', () => {
    expect(runBlock(typed[0]!)).toEqual(["[ 'streaming: Hello' ]", "[ 'streaming: Hello, world' ]"])
  })

  it('fold a recorded log', () => {
    const lines = runBlock(typed[1]!)
    expect(lines).toContain('10 gapped The answer is')
    expect(lines.at(-1)).toBe('13 contiguous The answer is forty-two.')
  })

  it('start and end a local Ably', () => {
    const page = all.find(({ path }) => path === 'docs/pages/start/tests.md')!
    expect(
      runBlock(
        page.blocks.find(({ code }) => code.includes('createLocalAbly()'))!,
        'docs',
      ),
    ).toEqual(['ann'])
  })

  it.each([
    ['start/tests.md', 'chat.test.ts'],
    ['recipes/testing.md', 'laws.test.ts'],
  ])('have tests that pass as they are written: %s', (page, file) => {
    const { blocks } = all.find(({ path }) => path === `docs/pages/${page}`)!
    const { status, stdout } = runTest(blocks.find((block) => block.file === file)!)
    expect(status, stdout).toBe(0)
    expect(stdout).toContain('passed')
  })
})

const given = '<!-- given: declare function use(value: unknown): void -->'

/** Codes in quotes and numbers, where the sources define or throw them. */
function codesOfSources(): string[] {
  const source = (path: string) => readFileSync(`${root}packages/${path}`, 'utf8')
  const quoted = (text: string) => [...text.matchAll(/'([a-z]+(?:-[a-z]+)*)'/g)].map(([, code]) => code!)
  const conversation = quoted(/ConversationErrorCode =([\s\S]*?)\n\n/.exec(source('client/src/conversation-error.ts'))![1]!)
  const refused = quoted(/readonly reason:([\s\S]*?)\n  \//.exec(source('agent/src/serve/prompt/answer.ts'))![1]!)
  const local = spawnSync('grep', ['-rhoE', 'AblyError\\(\\s*[0-9]{5}', `${root}packages/local-ably/src`], {
    encoding: 'utf8',
  }).stdout
  const codes = [...conversation, ...refused, ...local.matchAll(/\d{5}/g)].map(String)
  expect(conversation.length).toBeGreaterThan(5)
  expect(refused).toContain('answered')
  expect(codes.length).toBeGreaterThan(40)
  return [...new Set(codes)]
}

/** How the messages begin that our packages throw or show; local Ably's have codes, and the command line's are read by people. */
function messagesOfSources(): string[] {
  const files = globSync('packages/{core,client,ably,agent,react,restate,svelte,vue,ai-sdk,tanstack-ai}/src/**/*.ts', {
    cwd: root,
  })
  const begun = files.flatMap((file) => [...readFileSync(root + file, 'utf8').matchAll(/['`](unable to [^;'`$]+)/g)])
  const messages = begun.map(([, message]) => message!.replace(/[\s"]+$/, ''))
  expect(messages.length).toBeGreaterThan(20)
  return [...new Set(messages)]
}

/** Runs a block as it is written. @returns the lines it prints. */
function runBlock({ code }: Block, beside = 'packages/core/test'): string[] {
  const own = code.replace("'@streamfold/core'", `'${root}packages/core/src/index.ts'`)
  const args = ['--input-type=module-typescript', '--conditions=streamfold-source', '-e', own]
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', cwd: root + beside })
  expect(stderr).not.toContain('Error')
  return stdout.trim().split('\n')
}

/** Runs a block that is a test file, with what a product would have installed. */
function runTest({ code, file }: Block) {
  const folder = `${root}docs/.code-test/run/`
  mkdirSync(folder, { recursive: true })
  writeFileSync(folder + file, code)
  const config = `import base from '${root}vitest.config.ts'\nexport default { ...base, test: { include: ['${file}'], testTimeout: 120_000 } }\n`
  writeFileSync(`${folder}vitest.config.ts`, config)
  return spawnSync(`${root}node_modules/.bin/vitest`, ['run', '--root', folder], { encoding: 'utf8' })
}
