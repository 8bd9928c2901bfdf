import { randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import type { ConfigEnv, HtmlTagDescriptor, Plugin, PluginOption, ProxyOptions, UserConfig } from 'vite'
import { defaultClientConditions, loadEnv } from 'vite'
import { contentSecurityPolicy } from './content-security-policy.ts'
import { icon } from '../chat/icon.ts'
import type { AppName, PageConfig } from './page-config.ts'
import { appTitle } from './page-config.ts'

const workspace = fileURLToPath(new URL('../../../..', import.meta.url))

/** Where dev containers and CodeSandbox show a forwarded port, as in `scripts/dev/services.ts`. */
const forwarders = ['.app.github.dev', '.csb.app', '.gitpod.dev', '.gitpod.io']

/** What only a recorded log needs, of packages whose other exports are needed at first. */
const later = /\/client\/src\/recorded-log\/|\/core\/src\/log\/log-(?:file|shapes)\.ts/

/** The Vite configuration of the apps: they differ in name, port and the plugin of their framework. */
export function appConfig(app: AppName, { mode, command, isPreview }: ConfigEnv, plugins: PluginOption[]): UserConfig {
  const env = loadEnv(mode, workspace, '')
  const port = (name: string, fallback: number) => Number(env[name]) || fallback
  const ports = { React: port('REACT_PORT', 5173), Vue: port('VUE_PORT', 5174), Svelte: port('SVELTE_PORT', 5175) }
  const otherApp = app === 'React' ? 'Vue' : 'React'
  const agent = `http://localhost:${port('AGENT_PORT', 4520)}`
  const localAblyPort = env['ABLY_API_KEY'] || env['VITE_ABLY_KEY'] ? undefined : port('LOCAL_ABLY_PORT', 4510)
  const ablyHost = env['ABLY_ENDPOINT']
    ? { endpoint: env['ABLY_ENDPOINT'], port: Number(env['ABLY_PORT']) || undefined, tls: env['ABLY_TLS'] !== 'no' }
    : undefined
  // The dev server writes styles, and React's refresh, into the page; a build has nothing inline.
  const nonce = command === 'serve' && !isPreview ? randomUUID() : undefined
  const policy = contentSecurityPolicy({ localAblyPort, ablyHost, nonce })
  const server = {
    headers: { 'Content-Security-Policy': policy, 'X-Content-Type-Options': 'nosniff', 'Referrer-Policy': 'same-origin' },
    port: ports[app],
    strictPort: true,
    ...(env['DEV_HOST'] && { host: env['DEV_HOST'] }),
    allowedHosts: [
      ...forwarders,
      ...(env['DEV_ALLOWED_HOSTS'] ? env['DEV_ALLOWED_HOSTS'].split(',').map((host) => host.trim()) : []),
    ],
    proxy: {
      '/api': agent,
      // With the page's own host, so that the agent recognises the page on any of its names.
      '/files': { target: agent, changeOrigin: true, xfwd: true },
      '/healthz': agent,
      ...(localAblyPort !== undefined && { '/dev': agent, ...throughHere(localAblyPort) }),
    },
  }

  const page: PageConfig = {
    app,
    otherApp,
    otherPort: ports[otherApp],
    agentOrigin: new URL(env['AGENT_URL'] || agent).origin,
    // The page only needs to know whether there is a key; only the agent has the key itself.
    localAblyPort,
    ablyHost,
  }

  return {
    envDir: workspace,
    // Servers of one app on several ports would prepare their dependencies into one folder, at the same time.
    cacheDir: `node_modules/.vite/${ports[app]}`,
    plugins: [...plugins, pageHead(app), ...(command === 'build' ? [policyInPage(policy)] : [])],
    ...(nonce !== undefined && { html: { cspNonce: nonce } }),
    // This condition reads the workspace's packages as TypeScript, so that neither dev nor build waits for a build of them.
    resolve: { conditions: ['streamfold-source', ...defaultClientConditions] },
    define: { __STREAMFOLD_PAGE__: JSON.stringify(page) },
    build: {
      chunkSizeWarningLimit: 600,
      modulePreload: false,
      // One file for all that is needed at first: what later files need of it would otherwise be split off it, and compress worse.
      rolldownOptions: {
        output: { codeSplitting: { groups: [{ name: 'first', tags: ['$initial'], test: (id: string) => !later.test(id) }] } },
      },
    },
    server,
    preview: server,
  }
}

/** For browsers on another machine: the client's WebSocket, which it opens at `/` with the protocol's version, and its requests. */
function throughHere(port: number): Record<string, ProxyOptions> {
  return {
    '^/\\?(.*&)?v=\\d': { target: `ws://localhost:${port}`, ws: true },
    '^/(channels|keys|time|presence|messages)\\b': { target: `http://localhost:${port}` },
  }
}

function pageHead(app: AppName): Plugin {
  return {
    name: 'streamfold-page-head',
    transformIndexHtml: () => [
      { tag: 'title', children: appTitle(app) },
      { tag: 'link', attrs: { rel: 'icon', type: 'image/svg+xml', href: `data:image/svg+xml,${encodeURIComponent(icon)}` } },
      meta('description', `AI responses streamed over Ably, one message per response, in ${app}`),
      meta('color-scheme', 'light dark'),
    ],
  }
}

/** Sets headers wherever the built files are served. It runs before everything that they concern. */
function policyInPage(policy: string): Plugin {
  return {
    name: 'streamfold-content-security-policy',
    transformIndexHtml: {
      order: 'post',
      handler: () => [
        { tag: 'meta', attrs: { 'http-equiv': 'Content-Security-Policy', content: policy }, injectTo: 'head-prepend' },
      ],
    },
  }
}

function meta(name: string, content: string): HtmlTagDescriptor {
  return { tag: 'meta', attrs: { name, content } }
}
