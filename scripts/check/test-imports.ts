import { globSync, readFileSync } from 'node:fs'
import type { SourceFile } from './imports.ts'
import { localImports } from './local-imports.ts'

/** Every import by a relative path into the test folder of another package, as `path: what is wrong`. */
export function testImportBreaches(files: readonly SourceFile[]): string[] {
  return files.flatMap((file) =>
    localImports(file)
      .filter((path) => /^(packages|apps)\/[^/]+\/test\//.test(path) && homeOf(path) !== homeOf(file.path))
      .map((path) => `${file.path}: may not import ${path}; move what several packages test with to packages/test-support`),
  )
}

/** Every file beside the sources that could import test code. */
export function testFiles(root: string): SourceFile[] {
  const paths = globSync('{packages/*/{test,examples,src},apps/*/{test,src},e2e,bench,scripts}/**/*.{ts,tsx,vue,svelte}', {
    cwd: root,
    exclude: (path) => /(^|[\\/])(node_modules|dist)([\\/]|$)/.test(path),
  })
  return paths.map((path) => ({ path: path.replaceAll('\\', '/'), text: readFileSync(root + path, 'utf8') }))
}

function homeOf(path: string): string {
  const [area, name] = path.split('/')
  return area === 'packages' || area === 'apps' ? `${area}/${name}` : area!
}
