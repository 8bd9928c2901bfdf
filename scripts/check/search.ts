// Checks that the site's search finds the page for the words that people use: in the index of the built site, as its search box looks there.
import { globSync } from 'node:fs'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { searchOptions } from '../../docs/.vitepress/search.ts'
import { root } from '../workspace.ts'

/** What people type, and the page for it. */
const asked: Readonly<Record<string, string>> = {
  serverless: 'start/workers',
  lambda: 'start/workers',
  'cloudflare workers': 'start/workers',
  deployment: 'guide/production',
  deploy: 'guide/production',
  production: 'guide/production',
  'load balancer': 'start/express-fastify-hono',
  'several instances': 'guide/production',
  SIGTERM: 'guide/production',
  kubernetes: 'guide/production',
  docker: 'guide/production',
  Postgres: 'recipes/postgres',
  PostgreSQL: 'recipes/postgres',
  database: 'recipes/postgres',
  'conversation list': 'recipes/postgres',
  authentication: 'guide/production',
  login: 'guide/production',
  'sign in': 'start/next',
  token: 'guide/real-ably',
  'API key': 'guide/real-ably',
  observability: 'recipes/opentelemetry',
  monitoring: 'guide/production',
  OpenTelemetry: 'recipes/opentelemetry',
  tracing: 'recipes/opentelemetry',
  metrics: 'recipes/opentelemetry',
  webhook: 'recipes/webhooks',
  queue: 'recipes/webhooks',
  approval: 'recipes/approvals',
  'human in the loop': 'recipes/approvals',
  'tool calling': 'recipes/tools',
  tools: 'recipes/tools',
  reconnect: 'concepts/recovery',
  offline: 'concepts/lifecycle',
  resume: 'recipes/from-usechat',
  'rate limit': 'guide/production',
  quota: 'guide/production',
  cost: 'guide/production',
  pricing: 'guide/production',
  scale: 'guide/scale',
  'Next.js': 'start/next',
  Nuxt: 'start/nuxt',
  React: 'start/react',
  Vue: 'start/vue',
  Svelte: 'start/svelte',
  SvelteKit: 'start/svelte',
  vanilla: 'start/vanilla',
  Express: 'start/express-fastify-hono',
  Hono: 'start/express-fastify-hono',
  mobile: 'guide/production',
  'React Native': 'guide/production',
  markdown: 'start/chat-page',
  autoscroll: 'start/chat-page',
  SSR: 'recipes/server-rendering',
  'server rendering': 'recipes/server-rendering',
  'AI SDK': 'recipes/from-usechat',
  useChat: 'recipes/from-usechat',
  Anthropic: 'start/agent',
  OpenAI: 'start/agent',
  Ollama: 'recipes/own-model',
  attachments: 'recipes/attachments',
  'file upload': 'recipes/attachments',
  citations: 'recipes/sources',
  reasoning: 'recipes/reasoning',
  JSON: 'recipes/structured-output',
  durable: 'recipes/durable',
  Temporal: 'recipes/temporal',
  'long running': 'recipes/durable',
  'stop button': 'start/chat-page',
  edit: 'concepts/branches',
  regenerate: 'concepts/branches',
  testing: 'recipes/testing',
  mock: 'start/tests',
  debug: 'tools/inspector',
  'error codes': 'guide/errors',
  93002: 'guide/troubleshooting',
  install: 'guide/install',
  pnpm: 'guide/install',
  'AG-UI': 'recipes/ag-ui',
  'TanStack AI': 'recipes/from-tanstack-ai',
  privacy: 'guide/production',
  GDPR: 'guide/production',
  security: 'guide/production',
}

/** Pages that a person sees without scrolling. */
const SEEN = 5

interface Hit {
  readonly id: string
}

/** What the check uses of MiniSearch. */
interface Index {
  search(query: string): readonly Hit[]
}

/** One line for each word whose page the built site does not show among the first. */
export async function searchBreaches(): Promise<string[]> {
  return breachesIn(await indexOf(`${root}docs/.vitepress/dist/`), asked)
}

/** @param words what is typed, and the page for it */
export function breachesIn(index: Index, words: Readonly<Record<string, string>>): string[] {
  return Object.entries(words).flatMap(([query, page]) => {
    const found = pagesFor(index, query)
    const first = found.slice(0, SEEN)
    if (first.includes(page)) return []
    const instead = found.length === 0 ? 'finds nothing' : `shows ${first.join(', ')}`
    return [`docs: the search for “${query}” ${instead}: it must show ${page}`]
  })
}

/** The pages of what is found, best first, each once. */
function pagesFor(index: Index, query: string): readonly string[] {
  return [...new Set(index.search(query).map(({ id }) => id.replace(/^\/|\.html.*$/g, '')))]
}

/** The index that the site's search box loads, with the options that it gives there. */
async function indexOf(folder: string): Promise<Index> {
  const [file] = globSync('assets/chunks/@localSearchIndexroot.*.js', { cwd: folder })
  if (file === undefined) throw new Error('unable to check the search of the docs; the site is not built: run pnpm build first')
  const { default: json } = (await import(pathToFileURL(folder + file).href)) as { readonly default: string } // VitePress's own format.
  // The release that VitePress put into the site.
  const vitepress = createRequire(`${root}docs/package.json`).resolve('vitepress/package.json')
  const minisearch = createRequire(vitepress).resolve('minisearch')
  const { default: MiniSearch } = (await import(pathToFileURL(minisearch).href)) as {
    readonly default: { loadJSON(json: string, options: object): Index }
  } // Its types are those of a package that is not ours to name.
  const fields = ['title', 'titles', 'text']
  return MiniSearch.loadJSON(json, {
    fields,
    storeFields: ['title', 'titles'],
    searchOptions: { fuzzy: 0.2, prefix: true, boost: { title: 4, text: 2, titles: 1 }, ...searchOptions },
  })
}
