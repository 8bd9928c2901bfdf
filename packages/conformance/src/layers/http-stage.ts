import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { agentProcess } from '../harness/agent-process.ts'
import { freePort } from '../harness/free-port.ts'
import { openLink } from '../harness/link.ts'
import type { Faults, Page, Stage } from '../layer.ts'

/** A page's way to the agent, which is a server here. */
export interface HttpPlace {
  /** `http://127.0.0.1:…`, through the network of the device. */
  readonly url: string
  /** Reaches a port of another server through the network of the device. */
  readonly through: (port: number) => Promise<number>
}

/** A service beside the agent, if the layer has one. */
export interface Service {
  readonly port: number
  readonly faults?: Faults
  close(): Promise<void>
}

/** An agent behind HTTP, a folder in which it keeps what survives it, and pages that call it, each through its own network. */
export async function httpStage(
  agentFile: URL,
  openPage: (place: HttpPlace) => Promise<Page>,
  startService?: () => Promise<Service>,
): Promise<Stage> {
  const service = await startService?.()
  const port = await freePort()
  const folder = mkdtempSync(`${tmpdir()}/conformance-`)
  const agentLink = openLink()
  const agent = await agentProcess(agentFile, {
    port,
    folder,
    service: service && (await agentLink.port(service.port)),
    servicePort: service?.port,
  })
  return {
    agent,
    agentLink,
    faults: service?.faults ?? {},
    async open(_, link) {
      const through = (target: number): Promise<number> => link.port(target)
      return openPage({ url: `http://127.0.0.1:${await through(port)}`, through })
    },
    async close() {
      await agent.close()
      await agentLink.close()
      await service?.close()
      rmSync(folder, { recursive: true })
    },
  }
}
