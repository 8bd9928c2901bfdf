import type { SourceFile } from './imports.ts'
import { localImports } from './local-imports.ts'

/** Every import cycle among the files, type imports included, as `a → b → a`; each group of files that reach each other once. */
export function importCycles(files: readonly SourceFile[]): string[] {
  const graph = new Map(files.map((file) => [file.path, localImports(file)] as const))
  return components(graph)
    .filter((group) => group.length > 1)
    .map((group) => `import cycle of ${group.length} files: ${cycleIn(group, graph).join(' → ')}`)
}

/** Tarjan's strongly connected components. */
function components(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const index = new Map<string, number>()
  const low = new Map<string, number>()
  const stack: string[] = []
  const found: string[][] = []

  function visit(node: string): void {
    const own = index.size
    index.set(node, own)
    low.set(node, own)
    stack.push(node)
    for (const next of graph.get(node) ?? []) {
      if (!graph.has(next)) continue
      if (!index.has(next)) visit(next)
      if (stack.includes(next)) low.set(node, Math.min(low.get(node)!, low.get(next)!)) // Both were visited.
    }
    if (low.get(node) !== own) return
    const from = stack.indexOf(node)
    found.push(stack.splice(from))
  }

  for (const node of graph.keys()) if (!index.has(node)) visit(node)
  return found
}

/** The shortest way from a file of the group back to itself. */
function cycleIn(group: readonly string[], graph: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const start = group[0]! // A group has more than one file.
  const ways: (readonly string[])[] = [[start]]
  for (const way of ways) {
    for (const next of graph.get(way.at(-1)!) ?? []) {
      if (next === start) return [...way, start]
      if (group.includes(next) && !ways.some((other) => other.at(-1) === next)) ways.push([...way, next])
    }
  }
  return group
}
