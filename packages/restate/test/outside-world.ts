import { EventEmitter, once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { text } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'

/** What happened outside of the workers, in order. */
export type Happened =
  | { readonly type: 'asked' | 'given'; readonly run: string; readonly step: number }
  | { readonly type: 'requested' | 'executed'; readonly run: string; readonly call: string }

/** A model and a tool that outlive the workers, and count what these ask for. */
export interface OutsideWorld {
  readonly url: string
  readonly happened: readonly Happened[]
  /** Resolves when so many things have happened. */
  until(count: number): Promise<void>
  /** Milliseconds between two words, and that a tool takes. */
  pace: number
  /** Called with each request to a tool, before it answers. */
  onTool: (call: string) => Promise<void> | void
}

const WORDS = 8

/** What the model says in a step, given the result of the tool before. */
export function wordsOf(step: number, found: string): readonly string[] {
  return Array.from({ length: WORDS }, (_, word) => `${step}.${word + 1}${found === '' ? '' : `(${found})`} `)
}

export async function outsideWorld(): Promise<OutsideWorld> {
  const happened: Happened[] = []
  /** What the tool has done, by the key of the request. */
  const done = new Map<string, string>()
  const changes = new EventEmitter()
  const world = {
    happened,
    pace: 4,
    onTool: (_call: string): Promise<void> | void => undefined,
    async until(count: number): Promise<void> {
      while (happened.length < count) await once(changes, 'change')
    },
  }

  function note(what: Happened): void {
    happened.push(what)
    changes.emit('change')
  }

  async function model(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { run, step, found } = JSON.parse(await text(request)) as { run: string; step: number; found: string } // Of a worker.
    note({ type: 'asked', run, step })
    for (const word of wordsOf(step, found)) {
      await sleep(world.pace)
      if (response.destroyed) return
      response.write(`${JSON.stringify(word)}\n`)
    }
    note({ type: 'given', run, step })
    response.end()
  }

  async function tool(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { run, call, key } = JSON.parse(await text(request)) as { run: string; call: string; key?: string } // Of a worker.
    note({ type: 'requested', run, call })
    const known = key === undefined ? undefined : done.get(key)
    if (known === undefined) {
      note({ type: 'executed', run, call })
      if (key !== undefined) done.set(key, `result of ${call}`)
    }
    await world.onTool(call)
    await sleep(world.pace)
    response.end(known ?? `result of ${call}`)
  }

  const server = createServer((request, response) => {
    const answer = request.url === '/model' ? model : tool
    answer(request, response).catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return Object.assign(world, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }) // It listens on a port.
}
