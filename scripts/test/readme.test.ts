import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { beforeAll, describe, expect, it } from 'vitest'
import { root } from '../workspace.ts'

interface Block {
  readonly language: string
  readonly code: string
}

const folder = `${root}.streamfold/readme/`
const blocks = [...readFileSync(`${root}README.md`, 'utf8').matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(
  ([, language, code]): Block => ({ language: language!, code: code! }),
)
const typed = blocks.filter(({ language }) => ['ts', 'tsx', 'vue'].includes(language))

/** Our packages and their peers, from where they are installed. */
const paths = {
  ...Object.fromEntries(
    ['core', 'ably', 'agent', 'react', 'vue', 'local-ably', 'testkit'].map((name) => [
      `@streamfold/${name}`,
      [`${root}packages/${name}/src/index.ts`],
    ]),
  ),
  ably: [`${root}packages/ably/node_modules/ably`],
  react: [`${root}packages/react/node_modules/@types/react`],
  'react/jsx-runtime': [`${root}packages/react/node_modules/@types/react/jsx-runtime`],
  vue: [`${root}packages/vue/node_modules/vue`],
}

describe('the code of the README', () => {
  beforeAll(() => {
    rmSync(folder, { recursive: true, force: true })
    mkdirSync(folder, { recursive: true })
    for (const [index, { language, code }] of typed.entries()) {
      writeFileSync(
        `${folder}block-${index}.${language === 'tsx' ? 'tsx' : 'ts'}`,
        `${language === 'vue' ? scriptOf(code) : code}\nexport {}\n`,
      )
    }
    const compilerOptions = {
      noEmit: true,
      lib: ['ES2023', 'DOM'],
      types: ['node'],
      typeRoots: [`${root}node_modules/@types`],
      jsx: 'react-jsx',
      paths,
      noUnusedLocals: false,
      module: 'ESNext',
      moduleResolution: 'Bundler',
    }
    writeFileSync(
      `${folder}tsconfig.json`,
      JSON.stringify({ extends: `${root}tsconfig.base.json`, compilerOptions, include: ['*.ts', '*.tsx'] }),
    )
  })

  it('is there: core, ably, React, Vue, agent, local Ably', () => {
    expect(typed.length).toBeGreaterThanOrEqual(6)
    for (const name of ['core', 'ably', 'react', 'vue', 'agent', 'local-ably'])
      expect(
        typed.some(({ code }) => code.includes(`@streamfold/${name}'`)),
        name,
      ).toBe(true)
  })

  it('has the right types', () => {
    const { status, stdout } = spawnSync(`${root}node_modules/.bin/tsc`, ['-p', `${folder}tsconfig.json`], { encoding: 'utf8' })
    expect(stdout).toBe('')
    expect(status).toBe(0)
  })

  it('folds a stream with the core alone', () => {
    expect(runBlock(typed[0]!)).toEqual(["[ 'streaming: Hello' ]", "[ 'streaming: Hello, world' ]"])
  })

  it('folds a recorded log', () => {
    const lines = runBlock(typed[1]!)
    expect(lines).toContain('10 gapped The answer is')
    expect(lines.at(-1)).toBe('13 contiguous The answer is forty-two.')
  })
})

/** The script of a component, with what its compiler provides. */
function scriptOf(component: string): string {
  const script = /<script[^>]*>([\s\S]*?)<\/script>/.exec(component)?.[1] ?? ''
  return `${script}\ndeclare function defineProps<Props>(): Props\n`
}

/** Runs a block as it is written, beside the recorded log of the core's tests. @returns the lines it prints. */
function runBlock({ code }: Block): string[] {
  const own = code.replace("'@streamfold/core'", `'${root}packages/core/src/index.ts'`)
  const args = ['--input-type=module-typescript', '--conditions=streamfold-source', '-e', own]
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', cwd: `${root}packages/core/test` })
  expect(stderr).not.toContain('Error')
  return stdout.trim().split('\n')
}
