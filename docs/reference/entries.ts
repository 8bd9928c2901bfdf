/** The entries of the packages. */
export const entries = [
  { name: '@streamfold/core', page: 'core', file: 'core/src/index.ts' },
  { name: '@streamfold/client', page: 'client', file: 'client/src/index.ts' },
  { name: '@streamfold/ably', page: 'ably', file: 'ably/src/index.ts' },
  { name: '@streamfold/react', page: 'react', file: 'react/src/index.ts' },
  { name: '@streamfold/vue', page: 'vue', file: 'vue/src/index.ts' },
  { name: '@streamfold/agent', page: 'agent', file: 'agent/src/index.ts' },
  { name: '@streamfold/agent/archive', page: 'agent-archive', file: 'agent/src/archive/archive.ts' },
  { name: '@streamfold/postgres', page: 'postgres', file: 'postgres/src/index.ts' },
  { name: '@streamfold/ai-sdk', page: 'ai-sdk', file: 'ai-sdk/src/index.ts' },
  { name: '@streamfold/opentelemetry', page: 'opentelemetry', file: 'opentelemetry/src/index.ts' },
  { name: '@streamfold/inspector', page: 'inspector', file: 'inspector/src/index.ts' },
  { name: '@streamfold/local-ably', page: 'local-ably', file: 'local-ably/src/index.ts' },
  { name: '@streamfold/local-ably/vite', page: 'local-ably-vite', file: 'local-ably/src/vite.ts' },
  { name: '@streamfold/local-ably/vitest', page: 'local-ably-vitest', file: 'local-ably/src/vitest.ts' },
  { name: '@streamfold/testkit', page: 'testkit', file: 'testkit/src/index.ts' },
  { name: '@streamfold/testkit/archive', page: 'testkit-archive', file: 'testkit/src/archive/index.ts' },
] as const
