import { globSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { Visitor } from 'oxc-parser'
import { parseScript } from './parse-script.ts'

/** A source file: its path from the root, and its text. */
export interface SourceFile {
  readonly path: string
  readonly text: string
}

/**
 * The allowed imports (ARCHITECTURE.md). A package may import itself by relative paths, and the listed modules; nothing else.
 * `node:` stands for every module of Node.
 */
const allowed: Readonly<Record<string, readonly string[]>> = {
  'packages/core': ['xstate'],
  'packages/client': ['@streamfold/core'],
  'packages/ably': ['@streamfold/core', '@streamfold/client', 'ably'],
  'packages/agent': ['@noble/hashes', '@streamfold/core'],
  'packages/postgres': ['@streamfold/core'],
  'packages/react': ['@streamfold/core', '@streamfold/client', '@streamfold/ably', 'react', 'ably'],
  'packages/vue': ['@streamfold/core', '@streamfold/client', '@streamfold/ably', 'vue', 'ably'],
  'packages/svelte': ['@streamfold/core', '@streamfold/client', '@streamfold/ably', 'svelte', 'ably'],
  'packages/local-ably': ['node:', '@ably/msgpack-js', '@ably/vcdiff-decoder', 'jmespath', 'jose', 'valibot', 'vitest', 'ws'],
  'packages/testkit': ['@streamfold/core', 'fast-check'],
  // For tests: it is on no other list, so no package's or app's sources may import it.
  'packages/test-support': [
    '@ably/ai-transport',
    '@streamfold/ably',
    '@streamfold/client',
    '@streamfold/core',
    '@streamfold/local-ably',
    '@streamfold/react',
    '@streamfold/svelte',
    '@streamfold/testkit',
    '@streamfold/vue',
    'ably',
    'happy-dom',
    'node:',
    'react',
    'react-dom',
    'svelte',
    'vitest',
    'vue',
  ],
  // Private, and on no other list.
  'packages/conformance': [
    '@ably/ai-transport',
    '@ag-ui/client',
    '@ag-ui/core',
    '@ag-ui/encoder',
    '@ai-sdk/provider',
    '@ai-sdk/react',
    '@durable-streams/aisdk-transport',
    '@durable-streams/server',
    '@streamfold/ably',
    '@streamfold/ag-ui',
    '@streamfold/agent',
    '@streamfold/ai-sdk',
    '@streamfold/client',
    '@streamfold/core',
    '@streamfold/local-ably',
    '@streamfold/react',
    '@streamfold/svelte',
    '@streamfold/tanstack-ai',
    '@streamfold/test-support',
    '@streamfold/vue',
    '@tanstack/ai',
    '@tanstack/ai-client',
    '@tanstack/ai-react',
    'ably',
    'ai',
    'ai-6',
    'ai-sdk-react-3',
    'happy-dom',
    'node:',
    'react',
    'react-dom',
    'redis',
    'resumable-stream',
    'svelte',
    'vue',
  ],
  'packages/inspector': ['@streamfold/core', 'lit', 'xstate'],
  'packages/cli': ['@streamfold/core', '@streamfold/client', '@streamfold/ably', 'ably', 'string-width', 'node:'],
  'packages/opentelemetry': ['@streamfold/agent', '@streamfold/client', '@streamfold/core', '@opentelemetry/api'],
  'packages/restate': ['@restatedev/restate-sdk', '@restatedev/restate-sdk-clients', '@streamfold/agent'],
  // Of `@ag-ui/core` the types only.
  'packages/ag-ui': [
    '@streamfold/core',
    '@streamfold/client',
    '@streamfold/ably',
    '@ag-ui/client',
    '@ag-ui/core',
    'ably',
    'fast-json-patch',
    'rxjs',
  ],
  'packages/ai-sdk': ['@streamfold/core', '@streamfold/client', '@streamfold/ably', 'ably'],
  'packages/tanstack-ai': [
    '@streamfold/core',
    '@streamfold/client',
    '@streamfold/ably',
    '@tanstack/ai',
    '@tanstack/ai-client',
    'ably',
  ],
  'apps/shared': [
    '@noble/hashes',
    '@streamfold/client',
    '@streamfold/core',
    '@streamfold/ably',
    '@streamfold/inspector',
    'ably',
    'highlight.js',
    'markdown-it',
    'node:',
    'qr',
    'vite',
  ],
  'apps/react': [
    '@streamfold/core',
    '@streamfold/ably',
    '@streamfold/react',
    '@streamfold/app-shared',
    'ably',
    'react',
    'react-dom',
    'vite',
    '@vitejs/plugin-react',
  ],
  'apps/vue': [
    '@streamfold/core',
    '@streamfold/ably',
    '@streamfold/vue',
    '@streamfold/app-shared',
    'ably',
    'vue',
    'vite',
    '@vitejs/plugin-vue',
  ],
  'apps/svelte': ['@streamfold/app-shared', '@streamfold/svelte', 'ably', 'svelte', 'vite', '@sveltejs/vite-plugin-svelte'],
  'apps/agent': [
    '@streamfold/core',
    '@streamfold/ably',
    '@streamfold/agent',
    'node:',
    'ably',
    'ai',
    '@ai-sdk',
    'hono',
    'image-size',
    '@hono/node-server',
    'minisearch',
    'valibot',
    'gpt-tokenizer',
    'pino',
    'pino-pretty',
  ],
}

/** The one file of a package that may import a module, where its others may not: a binding depends on an adapter in one place. */
const inOneFile: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'packages/react': { '@streamfold/ably': 'packages/react/src/use-opened.ts' },
  'packages/vue': { '@streamfold/ably': 'packages/vue/src/use-opened.ts' },
  'packages/svelte': { '@streamfold/ably': 'packages/svelte/src/use-opened.svelte.ts' },
  'packages/ai-sdk': { '@streamfold/ably': 'packages/ai-sdk/src/chat-transport.ts' },
  'packages/tanstack-ai': { '@streamfold/ably': 'packages/tanstack-ai/src/chat-connection.ts' },
}

/** Names that a pure package may not use: clocks, timers, randomness, I/O and hosts. */
const impure = new Set(
  `Date performance setTimeout setInterval setImmediate queueMicrotask requestAnimationFrame console fetch process globalThis window
  document crypto navigator localStorage Worker WebSocket XMLHttpRequest Buffer`.split(/\s+/),
)
const pure = new Set(['packages/core'])

/** Every breach of the import direction and of purity, as `path: what is wrong`. */
export function importBreaches(files: readonly SourceFile[]): string[] {
  return files.flatMap((file) => {
    const home = posix.join(...(file.path.split('/').slice(0, 2) as [string, string]))
    const list = allowed[home]
    if (!list) return [`${file.path}: ${home} is not in the table of scripts/check/imports.ts; say there what it may import`]
    const { imports, globals } = read(file)
    const found = imports
      .filter((name) => !mayImport(name, file.path, home, list))
      .map((name) => `${file.path}: may not import ${name}`)
    const hosts = pure.has(home) ? globals.map((name) => `${file.path}: is pure and may not use ${name}`) : []
    return [...found, ...hosts]
  })
}

/** The sources that the rules are about. */
export function sourceFiles(root: string): SourceFile[] {
  const paths = globSync('{packages,apps}/*/src/**/*.{ts,tsx,vue,svelte}', { cwd: root })
  return paths.map((path) => ({ path: path.replaceAll('\\', '/'), text: readFileSync(root + path, 'utf8') }))
}

function mayImport(name: string, path: string, home: string, list: readonly string[]): boolean {
  if (name.startsWith('.')) return posix.join(posix.dirname(path), name).startsWith(`${home}/`)
  const only = inOneFile[home]?.[name]
  if (only !== undefined && only !== path) return false
  return list.some((entry) => name === entry || name.startsWith(entry.endsWith(':') ? entry : `${entry}/`))
}

function read({ path, text }: SourceFile): { imports: string[]; globals: string[] } {
  const { program, module } = parseScript({ path, text })
  const reExports = module.staticExports.flatMap(({ entries }) => entries.map((entry) => entry.moduleRequest?.value))
  const imports = new Set([...module.staticImports.map(({ moduleRequest }) => moduleRequest.value), ...reExports])
  const globals = new Set<string>()
  new Visitor({
    ImportExpression({ source }) {
      // A computed import could be anything, so it is on no list.
      imports.add(source.type === 'Literal' ? String(source.value) : 'a computed module')
    },
    MemberExpression(node) {
      const property = node.computed ? undefined : node.property.name
      if (node.object.type === 'Identifier' && node.object.name === 'Math' && property === 'random') globals.add('Math.random')
      if (node.object.type === 'Identifier' && impure.has(node.object.name)) globals.add(node.object.name)
    },
    CallExpression({ callee }) {
      if (callee.type === 'Identifier' && impure.has(callee.name)) globals.add(callee.name)
    },
    NewExpression({ callee }) {
      if (callee.type === 'Identifier' && impure.has(callee.name)) globals.add(callee.name)
    },
  }).visit(program)
  return { imports: [...imports].filter((name) => name !== undefined), globals: [...globals] }
}
