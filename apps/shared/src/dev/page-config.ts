export type AppName = 'React' | 'Vue' | 'Svelte'

/** What the build knows and the page needs; `vite.ts` fills it in. Nothing in it is secret. */
export interface PageConfig {
  readonly app: AppName
  readonly otherApp: AppName
  readonly otherPort: number
  /** Where the agent is, whose files have addresses there; pages reach it through their own server. */
  readonly agentOrigin: string
  /** Port of the local Ably; absent when the real service is used. */
  readonly localAblyPort: number | undefined
  /** The service's address, if it is not the usual one. */
  readonly ablyHost: { readonly endpoint: string; readonly port: number | undefined; readonly tls: boolean } | undefined
}

declare const __STREAMFOLD_PAGE__: PageConfig

export function pageConfig(): PageConfig {
  return __STREAMFOLD_PAGE__
}

export function appTitle(app: AppName): string {
  return `Streamfold · ${app}`
}
