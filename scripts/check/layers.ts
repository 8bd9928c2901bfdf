import { posix } from 'node:path'
import type { SourceFile } from './imports.ts'
import { localImports } from './local-imports.ts'

/**
 * The folders of a package from top to bottom (ARCHITECTURE.md). A file may import from its own folder and from those of lower rows; files
 * beside the folders are the package's entries and may import everything.
 */
const layers: Readonly<Record<string, readonly (readonly string[])[]>> = {
  'packages/core/src': [['store'], ['log', 'transport'], ['messages'], ['fold', 'codecs'], ['protocol', 'machines'], ['shared']],
  'packages/local-ably/src': [
    ['rest'],
    ['apps'],
    ['connection'],
    ['annotations'],
    ['channel'],
    ['options'],
    ['webhooks'],
    ['auth', 'faults', 'limits', 'store'],
    ['message'],
    ['protocol'],
    ['shared'],
  ],
}

/** Every import that goes up or sideways, as `path: what is wrong`. */
export function layerBreaches(files: readonly SourceFile[]): string[] {
  return files.flatMap((file) => {
    const base = Object.keys(layers).find((folder) => file.path.startsWith(`${folder}/`))
    const rows = base === undefined ? [] : layers[base]!
    const from = base === undefined ? undefined : folderOf(base, file.path)
    if (base === undefined || from === undefined) return []
    const own = rankOf(rows, from)
    if (own < 0)
      return [`${file.path}: the folder ${from} is not in the table of scripts/check/layers.ts; say there what it may import`]
    return localImports(file)
      .map((path) => folderOf(base, path))
      .filter((to) => to !== from && (to === undefined || rankOf(rows, to) <= own))
      .map((to) => `${file.path}: ${from} may not import from ${to ?? "the package's entries"}, which is not below it`)
  })
}

function rankOf(rows: readonly (readonly string[])[], folder: string): number {
  return rows.findIndex((row) => row.includes(folder))
}

function folderOf(base: string, path: string): string | undefined {
  const rest = posix.relative(base, path).split('/')
  return rest.length > 1 ? rest[0] : undefined
}
