// Bundles the app with Metro for both systems, and the page without native code, which then runs in React's test renderer on Node. Not run: Hermes, native
// components, React Native's own network code, a device.
import assert from 'node:assert/strict'
import { mkdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { runInThisContext } from 'node:vm'
import { getDefaultConfig, mergeConfig } from '@react-native/metro-config'
import { createResponseWriter } from '@streamfold/ably'
import { Realtime } from 'ably'
import { Window } from 'happy-dom'
import Metro from 'metro'

const root = dirname(fileURLToPath(import.meta.url))
const base = { projectRoot: root, watchFolders: [root], maxWorkers: 1, reporter: { update() {} } }

mkdirSync(join(root, 'dist'), { recursive: true })

async function bundle(entry, platform, own = {}) {
  const out = join(root, `dist/${entry}.${platform}`)
  const config = mergeConfig(getDefaultConfig(root), base, own)
  await Metro.runBuild(config, { entry: `src/${entry}.tsx`, platform, dev: false, minify: false, out, sourceMap: true })
  const { sections } = JSON.parse(readFileSync(`${out}.map`, 'utf8'))
  const sources = sections.flatMap(({ map }) => map.sources)
  const ably = sources.flatMap((source) => /node_modules\/ably\/build\/(.+)/.exec(source)?.[1] ?? [])
  assert.deepEqual(ably, ['ably-reactnative.js'], `the entries of ably in ${entry} for ${platform}`)
  assert.equal(sources.filter((source) => source.endsWith('node_modules/react/cjs/react.production.js')).length, 1)
  return readFileSync(`${out}.js`, 'utf8')
}

for (const platform of ['ios', 'android']) await bundle('index', platform)

const page = await bundle('in-test-renderer', 'ios', {
  resolver: {
    resolveRequest: (context, name, platform) =>
      name === 'react-native'
        ? { type: 'sourceFile', filePath: join(root, 'src/components-for-tests.tsx') }
        : context.resolveRequest(context, name, platform),
  },
  // They install what a device has.
  serializer: { getModulesRunBeforeMainModule: () => [], getPolyfills: () => [] },
})
globalThis.IS_REACT_NATIVE_TEST_ENVIRONMENT = true
// A device has one, and Node has none.
globalThis.XMLHttpRequest = new Window({
  url: 'http://localhost/',
  settings: { fetch: { disableSameOriginPolicy: true } },
}).XMLHttpRequest
runInThisContext(page)

const local = { endpoint: 'localhost', port: Number(process.env.ABLY_PORT), tls: false, key: process.env.ABLY_KEY }
const agent = new Realtime({ ...local, clientId: 'agent' })
const channelName = 'ai:react-native'
const writer = createResponseWriter(agent.channels.get(channelName))
const headers = (status) => ({ role: 'assistant', status })
const { serial } = await writer.create({ text: 'What the channel had', headers: headers('streaming') })

const { screen, press, end } = globalThis.start({ ...local, clientId: 'reader' }, channelName)
async function until(shown) {
  for (let i = 0; i < 200; i++) {
    const now = JSON.stringify(screen())
    if (shown.every((text) => now?.includes(text))) return
    await wait(50)
  }
  throw new Error(`unable to continue; ${shown.join(' and ')} did not come: ${JSON.stringify(screen())}`)
}
await until(['"testID":"live"', 'assistant streaming', 'What the channel had'])
await writer.append(serial, { text: ', and more', headers: headers('complete') })
await until(['assistant complete', 'What the channel had, and more'])
await press()
await until(['user complete', 'Hello?'])
end()
agent.close()
console.log('bundled for ios and android; live, grown and sent in the test renderer')
