import type { Layer, Page } from '../../layer.ts'
import type { AblyPlace } from '../ably-stage.ts'
import { ablyStage } from '../ably-stage.ts'
import { agUiPage } from './ag-ui-page.ts'
import { plainPage, reactPage, vuePage } from './pages.ts'
import { redactAnswer } from './redact.ts'
import { sveltePage } from './svelte-page.ts'
import { tanStackAiPage } from './tanstack-ai-page.ts'
import { useChatPage } from './use-chat-page.ts'

const agentFile = new URL('agent.ts', import.meta.url)

function layer(
  id: string,
  name: string,
  packages: readonly string[],
  openPage: (place: AblyPlace) => Promise<Page>,
  page: string,
): Layer {
  return {
    id,
    folder: 'streamfold',
    name,
    packages: ['ably', ...packages],
    setUp: `${page}; an agent that listens to the channel and runs \`streamText\` of the AI SDK; a local Ably`,
    address: 'docs/pages/start/agent.md',
    without: {},
    excludes: {},
    start: () => ablyStage(agentFile, openPage, redactAnswer),
  }
}

/** Our own columns: one for each binding, and one for each bridge to the client of another library. */
export const streamfold: readonly Layer[] = [
  layer('react', 'Streamfold, React', ['react'], reactPage, '`useConversation` in React'),
  layer('vue', 'Streamfold, Vue', ['vue'], vuePage, '`useConversation` in Vue'),
  layer('svelte', 'Streamfold, Svelte', ['svelte'], sveltePage, '`useConversation` in Svelte'),
  layer('client', 'Streamfold, no framework', [], plainPage, '`openConversation`'),
  layer(
    'use-chat',
    'Streamfold, `useChat`',
    ['ai', '@ai-sdk/react'],
    useChatPage,
    '`useChat` on `createChatTransport`, followed',
  ),
  layer(
    'conversation-agent',
    'Streamfold, AG-UI',
    ['@ag-ui/client', '@ag-ui/core'],
    agUiPage,
    '`ConversationAgent` as the agent of a page of AG-UI, followed',
  ),
  layer(
    'chat-connection',
    'Streamfold, TanStack AI',
    ['@tanstack/ai', '@tanstack/ai-client', '@tanstack/ai-react'],
    tanStackAiPage,
    '`useChat` of TanStack AI on `createChatConnection`, live and with `persistence`',
  ),
]
