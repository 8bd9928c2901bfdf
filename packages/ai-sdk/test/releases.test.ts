import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

interface Manifest {
  readonly version: string
  readonly dependencies: Readonly<Record<string, string>>
  readonly peerDependencies: Readonly<Record<string, string>>
}

const manifest = (path: string) =>
  JSON.parse(readFileSync(new URL(`../${path}/package.json`, import.meta.url), 'utf8')) as Manifest

// Lower releases of useChat replace only the last message: an answer beside a newer question is added again with each token.
it('is tested with the lowest releases of useChat that it allows', () => {
  const [react, vue] = [manifest('node_modules/ai-sdk-react-lowest'), manifest('node_modules/ai-sdk-vue-lowest')]
  expect(manifest('.').peerDependencies).toMatchObject({
    '@ai-sdk/react': `^${react.version}`,
    '@ai-sdk/vue': `^${vue.version}`,
    ai: `^${react.dependencies['ai']}`,
  })
  expect(vue.dependencies['ai']).toBe(react.dependencies['ai'])
})
