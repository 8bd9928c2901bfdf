import type { Layer } from '../layer.ts'
import { agUi } from '../layers/ag-ui/ag-ui.ts'
import { aiSdk } from '../layers/ai-sdk/ai-sdk.ts'
import { aiTransport } from '../layers/ai-transport/ai-transport.ts'
import { durableStreams } from '../layers/durable-streams/durable-streams.ts'
import { streamfold } from '../layers/streamfold/streamfold.ts'
import { tanStackAi } from '../layers/tanstack-ai/tanstack-ai.ts'

/** The columns of the table. */
export const columns: readonly Layer[] = [...streamfold, aiTransport, aiSdk, durableStreams, tanStackAi, agUi]
