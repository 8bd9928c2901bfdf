import type { Layer } from '../layer.ts'
import type { Law } from '../laws/law.ts'
import type { Column } from './results.ts'

/** What of the results is no longer so, as sentences: a version, the source, a law or a layer has changed since. */
export function staleness(
  results: readonly Column[],
  layers: readonly Layer[],
  laws: readonly Law[],
  versionsOf: (packages: readonly string[]) => Readonly<Record<string, string>>,
  sourceOf: (folder: string) => string,
): string[] {
  const order = layers.map(({ id }) => id).join()
  const found = results.map(({ id }) => id).join()
  const columns = order === found ? [] : [`unable to use the results; they are of ${found || 'nothing'} and not of ${order}`]
  return [
    ...columns,
    ...layers.flatMap((layer) => {
      const column = results.find(({ id }) => id === layer.id)
      return column ? changesOf(column, layer) : []
    }),
  ].map((change) => `${change}: run pnpm conformance`)

  function changesOf(column: Column, { id, folder, packages, name, setUp, address }: Layer): string[] {
    const changes: string[] = []
    const versions = versionsOf(packages)
    for (const [name, version] of Object.entries(versions))
      if (column.versions[name] !== version)
        changes.push(`unable to use the results of ${id}; ${name} is ${version} and was ${column.versions[name] ?? 'not there'}`)
    if (column.source !== sourceOf(folder))
      changes.push(`unable to use the results of ${id}; the laws or the layer have changed since ${column.date}`)
    if (Object.keys(column.answers).join() !== laws.map(({ id }) => id).join())
      changes.push(`unable to use the results of ${id}; they are of other laws`)
    if (column.name !== name || column.setUp !== setUp || column.address !== address)
      changes.push(`unable to use the results of ${id}; it is described otherwise now`)
    return changes
  }
}
