// pnpm token-flow: follows one token through both flows and writes the files it passes into ARCHITECTURE.md.
// V8 counts which functions run between the token's arrival and its effect: a file counts when one of its functions ran.
import { readFileSync, writeFileSync } from 'node:fs'
import { Session } from 'node:inspector/promises'
import { fileURLToPath } from 'node:url'
import { createResponseWriter } from '@streamfold/ably'
import { streamResponse } from '@streamfold/agent'
import { createLocalAbly } from '@streamfold/local-ably'
import { Realtime } from 'ably'
import { Window } from 'happy-dom'

const root = fileURLToPath(new URL('../', import.meta.url))
const CHANNEL = 'ai:token-flow'
const markers = /<!-- token-flow -->[\s\S]*<!-- \/token-flow -->/

/** Files of the workspace on a flow, in the order of their packages. */
export interface Flow {
  readonly name: string
  readonly files: readonly string[]
}

/** A scheduler that runs on request, so that only the token's code runs while V8 counts. */
interface Frame {
  run: () => void
}

export async function tokenFlows(): Promise<readonly Flow[]> {
  const window = new Window()
  Object.assign(globalThis, { window, document: window.document, IS_REACT_ACT_ENVIRONMENT: false })
  const ably = await createLocalAbly()
  const client = (clientId: string) => new Realtime(ably.clientOptions({ clientId, transportParams: { appendRollupWindow: 0 } }))
  const [agent, reader] = [client('agent'), client('reader')]
  try {
    const writing = await writeFlow(agent)
    const reading = await readFlow(agent, reader, window)
    return [reading, writing]
  } finally {
    agent.close()
    reader.close()
    await ably.close()
    await window.happyDOM.close()
  }
}

/** From the `ably` client's delivery to the paragraph that React has rendered. */
async function readFlow(agent: Realtime, reader: Realtime, window: Window): Promise<Flow> {
  const { createElement } = await import('react')
  const { createRoot } = await import('react-dom/client')
  const { AblyProvider } = await import('ably/react')
  const { useConversation } = await import('@streamfold/react')
  const frame: Frame = { run: () => undefined }
  const scheduler = (flush: () => void): void => void (frame.run = flush)
  let live = false
  // Time stands still: no tick runs beside the token.
  const clock = { now: () => 1, after: () => () => undefined }
  const Chat = () => {
    const { messages, connectionStatus } = useConversation({ channelName: CHANNEL, agent: 'agent', scheduler, clock })
    live = connectionStatus === 'live'
    return messages.map(({ key, text }) => createElement('p', { key }, text))
  }
  const page = window.document.createElement('div')
  const view = createRoot(page as unknown as Element) // happy-dom's element is one to React.
  view.render(createElement(AblyProvider, { client: reader }, createElement(Chat)))
  const writer = createResponseWriter(agent.channels.get(CHANNEL))
  const headers = { role: 'assistant', status: 'streaming' }
  const { serial } = await writer.create({ text: 'one', headers })
  await settled(() => (frame.run(), page.textContent.includes('one')))
  await writer.append(serial, { text: ' two', headers })
  await settled(() => (frame.run(), live && page.textContent.includes('two')))
  const files = await filesRunIn(async () => {
    await writer.append(serial, { text: ' three', headers })
    await settled(() => (frame.run(), page.textContent.includes('three')))
  })
  view.unmount()
  return { name: 'read', files: files.filter((file) => !/^packages\/(local-ably|agent)\//.test(file) && !isWriting(file)) }
}

/** The same process writes and reads: the adapter's write side is on the other flow. */
function isWriting(file: string): boolean {
  return /response-wire|response-writer|\/writer\/|sending|read-back/.test(file)
}

/** From the model's chunk to the append of the `ably` client. */
async function writeFlow(agent: Realtime): Promise<Flow> {
  const chunks: ((chunk: string | undefined) => void)[] = []
  const next = (): Promise<string | undefined> => new Promise((resolve) => chunks.push(resolve))
  async function* model(): AsyncGenerator<string> {
    for (let chunk = await next(); chunk !== undefined; chunk = await next()) yield chunk
  }
  const writer = createResponseWriter(agent.channels.get(`${CHANNEL}-written`))
  let appended = 0
  const counted = {
    ...writer,
    append: async (serial: string, draft: Parameters<typeof writer.append>[1]) => {
      const done = await writer.append(serial, draft)
      appended++
      return done
    },
  }
  const stream = streamResponse(counted, model())
  await stream.serial
  const say = async (chunk: string, count: number): Promise<void> => {
    await settled(() => chunks.length > 0)
    chunks.shift()?.(chunk)
    await settled(() => appended >= count)
  }
  await say('one ', 1)
  const files = await filesRunIn(() => say('two ', 2))
  await settled(() => chunks.length > 0)
  chunks.shift()?.(undefined)
  await stream.finished
  return { name: 'write', files: files.filter((file) => !file.startsWith('packages/local-ably/')) }
}

async function filesRunIn(run: () => Promise<void>): Promise<readonly string[]> {
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false })
  await run()
  const { result } = await session.post('Profiler.takePreciseCoverage')
  await session.post('Profiler.stopPreciseCoverage')
  session.disconnect()
  return result
    .filter(({ url, functions }) => url.startsWith(`file://${root}packages/`) && functions.some(ran))
    .map(({ url }) => url.slice(`file://${root}`.length))
    .toSorted()
}

function ran({ functionName, ranges }: { functionName: string; ranges: readonly { count: number }[] }): boolean {
  return functionName !== '' && (ranges[0]?.count ?? 0) > 0
}

async function settled(done: () => boolean): Promise<void> {
  for (let turn = 0; !done(); turn++) {
    if (turn > 2_000) throw new Error('unable to follow the token; it did not arrive')
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
}

export function flowTable(flows: readonly Flow[]): string {
  const rows = flows.flatMap(({ name, files }) => [
    `| **${name}** | **${files.length} files** |`,
    ...files.map(
      (file) => `| ${/^packages\/[^/]+/.exec(file)?.[0] ?? ''} | \`${file.replace(/^packages\/[^/]+\/(src\/)?/, '')}\` |`,
    ),
  ])
  return ['| flow | file |', '|---|---|', ...rows].join('\n')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const table = flowTable(await tokenFlows())
  const document = readFileSync(`${root}ARCHITECTURE.md`, 'utf8')
  if (process.argv.includes('--print')) console.log(table)
  else if (!markers.test(document))
    throw new Error('unable to write the table; ARCHITECTURE.md has no <!-- token-flow --> markers')
  else
    writeFileSync(`${root}ARCHITECTURE.md`, document.replace(markers, `<!-- token-flow -->\n\n${table}\n\n<!-- /token-flow -->`))
  process.exit(0)
}
