import { root } from '../workspace.ts'
import type { Service } from './service.ts'

export const apps = {
  react: { title: 'React app', variable: 'REACT_PORT', port: 5173 },
  vue: { title: 'Vue app', variable: 'VUE_PORT', port: 5174 },
  svelte: { title: 'Svelte app', variable: 'SVELTE_PORT', port: 5175 },
} as const

export type AppName = keyof typeof apps

/** The servers of `pnpm dev`, in the order in which they are needed. */
export function services(asked: readonly AppName[], env: NodeJS.ProcessEnv): Service[] {
  const port = (variable: string, otherwise: number) => Number(env[variable] || otherwise)
  // An app needs to know where the other one is, also when it is not started here.
  const ports = {
    LOCAL_ABLY_PORT: String(port('LOCAL_ABLY_PORT', 4510)),
    AGENT_PORT: String(port('AGENT_PORT', 4520)),
    REACT_PORT: String(port('REACT_PORT', apps.react.port)),
    VUE_PORT: String(port('VUE_PORT', apps.vue.port)),
    SVELTE_PORT: String(port('SVELTE_PORT', apps.svelte.port)),
  }
  const localAbly: Service = {
    name: 'local Ably',
    port: Number(ports.LOCAL_ABLY_PORT),
    variable: 'LOCAL_ABLY_PORT',
    health: '/health',
    mark: 'ok',
    shared: true,
    args: [
      '--conditions=streamfold-source',
      `${root}packages/local-ably/src/cli.ts`,
      '--port',
      ports.LOCAL_ABLY_PORT,
      '--data',
      dataFile(env),
      ...hostsOf(env).flatMap((host) => ['--allow-host', host]),
    ],
    cwd: root,
    env: ports,
  }
  const agent: Service = {
    name: 'agent',
    port: Number(ports.AGENT_PORT),
    variable: 'AGENT_PORT',
    health: '/healthz',
    mark: 'model',
    shared: true,
    args: ['--conditions=streamfold-source', `${root}apps/agent/src/main.ts`],
    cwd: `${root}apps/agent`,
    // So that a page can show what happens then; it is started again.
    env: {
      ...ports,
      AGENT_CRASHABLE: 'yes',
      AGENT_LOG_FORMAT: env['AGENT_LOG_FORMAT'] || 'text',
      // A prompt that is sent meanwhile waits, so that the pages can show how it is changed, withdrawn, or added to the answer.
      AGENT_PROMPTS: env['AGENT_PROMPTS'] || 'queue',
    },
  }
  const app = (name: AppName): Service => ({
    name: apps[name].title,
    port: Number(ports[apps[name].variable]),
    variable: apps[name].variable,
    health: '/',
    mark: 'Streamfold',
    shared: false,
    // What it says at the start and while it prepares dependencies is no news: the addresses are printed when all is ready.
    args: [`${root}apps/${name}/node_modules/vite/bin/vite.js`, '--logLevel', env['DEV_LOG'] || 'warn'],
    cwd: `${root}apps/${name}`,
    env: ports,
  })
  const real = env['ABLY_API_KEY'] || env['VITE_ABLY_KEY']
  return [...(real ? [] : [localAbly]), agent, ...asked.map(app)]
}

/** Where dev containers and CodeSandbox show a forwarded port, as in `apps/shared/src/dev/vite.ts`. */
export const forwarders = ['.app.github.dev', '.csb.app', '.gitpod.dev', '.gitpod.io']

/**
 * The names under which the apps are opened, whose dev servers pass requests on to local Ably as they come. Forwarders give such names to
 * everybody, so theirs are added only where this machine may be behind one.
 */
function hostsOf(env: NodeJS.ProcessEnv): readonly string[] {
  const own = (env['DEV_ALLOWED_HOSTS'] ?? '').split(',').map((host) => host.trim())
  const forwarded = ['DEV_HOST', 'CODESPACES', 'CSB', 'CODESANDBOX_HOST', 'GITPOD_WORKSPACE_ID'].some((name) => env[name])
  return [...own.filter((host) => host !== ''), ...(forwarded ? forwarders : [])]
}

function dataFile(env: NodeJS.ProcessEnv): string {
  return env['LOCAL_ABLY_DATA'] || `${root}.streamfold/local-ably.sqlite`
}
