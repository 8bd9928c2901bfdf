import { setTimeout as sleep } from 'node:timers/promises'
import { createAgentHandler } from '@streamfold/agent'
import type { DestinationStream } from 'pino'
import { createAblyClients } from './agents/ably-clients.ts'
import { openDatabase } from './data/database.ts'
import { createFileStore, UNUSED } from './data/file-store.ts'
import { createOutbox } from './data/outbox.ts'
import { createSqliteArchive } from './data/sqlite-archive.ts'
import { createWaitingResponses } from './data/waiting-responses.ts'
import { createWorkJournal } from './data/work-journal.ts'
import { describeFailure } from './answer/describe-failure.ts'
import { readEnvironment } from './environment.ts'
import { createApp } from './http/app.ts'
import { authorize } from './http/authorize.ts'
import { addressOf, forwardedAddressOf } from './http/client-address.ts'
import { listen } from './http/listen.ts'
import { createLogger } from './logger.ts'
import { createModel } from './answer/model.ts'
import { notingFiles } from './answer/noting-files.ts'
import { createRespond } from './answer/respond.ts'
import { createDocsIndex } from './tools/docs-index.ts'

export interface RunningAgent {
  /** Ends open responses as failed; with `gracefully` only those that do not end within the environment's grace period. */
  close(how?: 'gracefully' | 'at once'): Promise<void>
}

/** Milliseconds to mark what has not ended; where Ably is out of reach, the next agent does it. */
const MARKING = 5_000

/**
 * Starts the agent as the variables say. Fails with a message that says what to change.
 *
 * @param logTo where the log goes. Default: standard output.
 */
export async function startAgent(
  variables: Readonly<Record<string, string | undefined>>,
  logTo?: DestinationStream,
): Promise<RunningAgent> {
  const environment = readEnvironment(variables)
  const { port, host, ably, model: choice, origins, hosts, log, rate, grace } = environment
  const logger = createLogger(log, logTo)
  const onError = (error: unknown): void => logger.error({ err: error }, 'error')
  const docs = createDocsIndex()
  const model = createModel(choice, docs)
  const database = openDatabase(environment.data)
  const files = createFileStore(database, environment.fileRoom)
  const { realtime, rest, service } = createAblyClients(ably)
  realtime.connection.on(({ current, reason }) => {
    if (reason && current !== 'closing' && current !== 'closed') logger.warn({ state: current, code: reason.code }, 'ably')
  })
  const archive = createSqliteArchive(database, files)
  const handler = createAgentHandler({
    service,
    authorize,
    origins,
    tokenTtl: environment.tokenTtl,
    respond: notingFiles(createRespond(model, docs, environment.budget, createOutbox(database), files), files, onError),
    prompts: environment.prompts,
    recovery: environment.recovery,
    staleAfter: environment.staleAfter,
    // Often enough not to count as dead.
    heartbeat: Math.min(6_000, environment.staleAfter / 2.5),
    journal: createWorkJournal(database),
    waiting: createWaitingResponses(database),
    archive,
    work: environment.work,
    // They only read, or show something: a second time changes nothing.
    idempotent: ['searchDocs', 'calculator', 'chart'],
    describe: describeFailure,
    onError,
  })
  const removeFiles = (): void => void files.removeUnused(Date.now() - UNUSED)
  removeFiles()
  const removing = setInterval(removeFiles, UNUSED / 24)
  removing.unref()
  let stopping = false
  const where = ably.kind === 'service' ? 'service' : `localhost:${ably.port}`
  const app = createApp({
    rest,
    handler,
    origins,
    hosts,
    health: () => ({
      model: model.modelId,
      demo: choice.kind === 'demo',
      ably: where,
      connection: realtime.connection.state,
      work: handler.work(),
    }),
    overloaded: () => handler.work().overloaded,
    ready: () => !stopping && realtime.connection.state === 'connected',
    logger,
    rate: { perMinute: rate, clientOf: environment.proxied ? forwardedAddressOf : addressOf },
    files,
    conversations: archive.conversations,
    address: environment.address,
    crashable: environment.crashable,
  })
  const release = (): void => {
    clearInterval(removing)
    realtime.close()
    database.close()
  }
  try {
    const stop = await listen(app, port, host, environment.proxied ? { connections: Number.POSITIVE_INFINITY } : {})
    logger.info(`answers at http://localhost:${port} with the model ${model.modelId}, over Ably at ${where}`)
    void handler.recover()
    return {
      async close(how = 'at once') {
        stopping = true
        // Requests are refused meanwhile: prompts as `closed`, and `/readyz` fails.
        const wait = how === 'gracefully' ? grace : 0
        await Promise.race([handler.close(wait), sleep(wait + MARKING, undefined, { ref: false })])
        await stop()
        release()
      },
    }
  } catch (error) {
    release()
    throw error
  }
}
