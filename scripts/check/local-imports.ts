import { posix } from 'node:path'
import { Visitor } from 'oxc-parser'
import type { SourceFile } from './imports.ts'
import { parseScript } from './parse-script.ts'

/** The files that a file imports by relative paths, types included, as paths from the root. */
export function localImports({ path, text }: SourceFile): readonly string[] {
  const { program, module } = parseScript({ path, text })
  const found = new Set<string>()
  for (const { moduleRequest } of module.staticImports) found.add(moduleRequest.value)
  for (const { entries } of module.staticExports)
    for (const { moduleRequest } of entries) if (moduleRequest) found.add(moduleRequest.value)
  new Visitor({
    ImportExpression({ source }) {
      if (source.type === 'Literal') found.add(String(source.value))
    },
  }).visit(program)
  return [...found].filter((name) => name.startsWith('.')).map((name) => posix.join(posix.dirname(path), sourceOf(name, path)))
}

/** A published component of Svelte names the output of a module, which its source has in place of itself. */
function sourceOf(name: string, path: string): string {
  return path.endsWith('.svelte') ? name.replace(/\.js$/, '.ts') : name
}
