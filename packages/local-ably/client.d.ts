/** For `/// <reference types="@streamfold/local-ably/client" />`, beside the Vite plugin. */
declare module 'virtual:local-ably' {
  import type { LocalClientOptions } from '@streamfold/local-ably'

  /** What `new Realtime(…)` takes to reach the local Ably; undefined in a production build. */
  export const clientOptions: (LocalClientOptions & { readonly key: string }) | undefined
}
