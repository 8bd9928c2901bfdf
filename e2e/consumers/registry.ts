import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { basename } from 'node:path'
import { createPackageFromTarballData } from '@arethetypeswrong/core'
import type { Manifest } from '../../scripts/check/packages.ts'
import { outside } from './scratch.ts'

/** A package registry with the packed packages; it redirects other requests to npm's configured registry. */
export interface Registry {
  readonly url: string
  close(): void
}

/** As if the tarballs had been published: npm resolves our packages, and what they depend on, as a product's install would. */
export async function serveRegistry(tarballs: readonly string[]): Promise<Registry> {
  const upstream = spawnSync('npm', ['config', 'get', 'registry'], { encoding: 'utf8', env: outside() }).stdout.trim()
  const packages = new Map(tarballs.map((path) => [manifestOf(path).name, path]))
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? '/').slice(1)
    const tarball = tarballs.find((each) => path === `-/${basename(each)}`)
    const packed = packages.get(path)
    if (tarball !== undefined) response.end(readFileSync(tarball))
    else if (packed === undefined) response.writeHead(302, { location: new URL(request.url ?? '/', upstream).href }).end()
    else response.setHeader('content-type', 'application/json').end(JSON.stringify(documentOf(packed, url)))
  })
  server.listen(0, 'localhost')
  await once(server, 'listening')
  const url = `http://localhost:${(server.address() as AddressInfo).port}/` // It listens on a port.
  return { url, close: () => server.closeAllConnections() ?? server.close() }
}

function manifestOf(path: string): Manifest {
  const content = createPackageFromTarballData(readFileSync(path))
  return JSON.parse(content.readFile(`/node_modules/${content.packageName}/package.json`)) as Manifest // Written by pnpm.
}

/** What npm reads about a package. */
function documentOf(path: string, url: string): object {
  const manifest = manifestOf(path)
  const integrity = `sha512-${createHash('sha512').update(readFileSync(path)).digest('base64')}`
  const dist = { tarball: `${url}-/${basename(path)}`, integrity }
  return {
    name: manifest.name,
    'dist-tags': { latest: manifest.version },
    versions: { [manifest.version]: { ...manifest, dist } },
  }
}
