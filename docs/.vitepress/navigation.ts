import { entries } from '../reference/entries.ts'

interface Item {
  readonly text: string
  readonly link: string
}

/** The menu at the top. */
export const nav: readonly (Item & { readonly activeMatch?: string })[] = [
  { text: 'Guide', link: '/guide/why', activeMatch: '/guide/' },
  { text: 'Quick start', link: '/start/react', activeMatch: '/start/' },
  { text: 'Concepts', link: '/concepts/lifecycle', activeMatch: '/concepts/' },
  { text: 'Recipes', link: '/recipes/own-model', activeMatch: '/recipes/' },
  { text: 'Reference', link: '/reference/', activeMatch: '/reference/' },
]

/** The menu at the side: every page there is. */
export const sidebar: readonly { readonly text: string; readonly items: Item[] }[] = [
  {
    text: 'Guide',
    items: [
      { text: 'Why Streamfold', link: '/guide/why' },
      { text: 'Install', link: '/guide/install' },
      { text: 'The real Ably', link: '/guide/real-ably' },
      { text: 'Production', link: '/guide/production' },
      { text: 'Scale', link: '/guide/scale' },
      { text: 'Compared with others', link: '/guide/compare' },
      { text: 'Which layer keeps which law', link: '/guide/conformance' },
      { text: 'Troubleshooting', link: '/guide/troubleshooting' },
      { text: 'Errors by code', link: '/guide/errors' },
    ],
  },
  {
    text: 'Quick starts',
    items: [
      { text: 'React', link: '/start/react' },
      { text: 'Vue', link: '/start/vue' },
      { text: 'Svelte', link: '/start/svelte' },
      { text: 'No framework', link: '/start/vanilla' },
      { text: 'Next.js', link: '/start/next' },
      { text: 'Nuxt', link: '/start/nuxt' },
      { text: 'The agent', link: '/start/agent' },
      { text: 'Express, Fastify, Hono', link: '/start/express-fastify-hono' },
      { text: 'Workers and functions', link: '/start/workers' },
      { text: 'Build the chat page', link: '/start/chat-page' },
      { text: 'Local Ably in tests', link: '/start/tests' },
    ],
  },
  {
    text: 'Concepts',
    items: [
      { text: 'Message parts', link: '/concepts/parts' },
      { text: 'Answers from people', link: '/concepts/answers' },
      { text: 'Branches', link: '/concepts/branches' },
      { text: 'Lifecycle', link: '/concepts/lifecycle' },
      { text: 'Recovery', link: '/concepts/recovery' },
      { text: 'Repair', link: '/concepts/repair' },
    ],
  },
  {
    text: 'Recipes: what agents do',
    items: [
      { text: 'Your own model', link: '/recipes/own-model' },
      { text: 'Tools', link: '/recipes/tools' },
      { text: 'Approvals', link: '/recipes/approvals' },
      { text: 'Steering and queue', link: '/recipes/steering' },
      { text: 'Reasoning', link: '/recipes/reasoning' },
      { text: 'Sources', link: '/recipes/sources' },
      { text: 'Structured output', link: '/recipes/structured-output' },
      { text: 'Files in a prompt', link: '/recipes/attachments' },
      { text: 'Your own headers', link: '/recipes/own-headers' },
    ],
  },
  {
    text: 'Recipes: the page',
    items: [
      { text: 'AI Elements and others', link: '/recipes/renderers' },
      { text: 'Server rendering', link: '/recipes/server-rendering' },
      { text: 'A binding of your own', link: '/recipes/own-binding' },
      { text: 'Testing', link: '/recipes/testing' },
    ],
  },
  {
    text: 'Recipes: the server',
    items: [
      { text: 'PostgreSQL', link: '/recipes/postgres' },
      { text: 'An archive', link: '/recipes/archive' },
      { text: 'Webhooks', link: '/recipes/webhooks' },
      { text: 'Traces and metrics', link: '/recipes/opentelemetry' },
      { text: 'Durable answers: Restate', link: '/recipes/durable' },
      { text: 'Durable answers: Temporal', link: '/recipes/temporal' },
      { text: 'Durable answers: DBOS', link: '/recipes/dbos' },
      { text: 'Durable answers: Vercel Workflow', link: '/recipes/vercel-workflow' },
    ],
  },
  {
    text: 'Coming from',
    items: [
      { text: 'The AI SDK’s useChat', link: '/recipes/from-usechat' },
      { text: 'TanStack AI', link: '/recipes/from-tanstack-ai' },
      { text: 'AG-UI and CopilotKit', link: '/recipes/ag-ui' },
      { text: 'Ably’s example', link: '/recipes/from-ably-example' },
      { text: 'AI Transport', link: '/recipes/from-ai-transport' },
    ],
  },
  {
    text: 'Tools',
    items: [
      { text: 'Inspector', link: '/tools/inspector' },
      { text: 'Command line', link: '/tools/cli' },
    ],
  },
  {
    text: 'Reference',
    items: entries.map(({ name, page }) => ({ text: name, link: `/reference/${page}` })),
  },
]
