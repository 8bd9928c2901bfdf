import { posix } from 'node:path'
import { parseSync, Visitor } from 'oxc-parser'
import type { SourceFile } from './imports.ts'

/** The files that a file imports by relative paths, types included, as paths from the root. */
export function localImports({ path, text }: SourceFile): readonly string[] {
  const script = path.endsWith('.vue') ? (/<script[^>]*>([\s\S]*?)<\/script>/.exec(text)?.[1] ?? '') : text
  const { program, module } = parseSync(path.replace(/\.vue$/, '.ts'), script)
  const found = new Set<string>()
  for (const { moduleRequest } of module.staticImports) found.add(moduleRequest.value)
  for (const { entries } of module.staticExports)
    for (const { moduleRequest } of entries) if (moduleRequest) found.add(moduleRequest.value)
  new Visitor({
    ImportExpression({ source }) {
      if (source.type === 'Literal') found.add(String(source.value))
    },
  }).visit(program)
  return [...found].filter((name) => name.startsWith('.')).map((name) => posix.join(posix.dirname(path), name))
}
