import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Scratch } from './scratch.ts'

const resolutions = {
  bundler: { module: 'ESNext', moduleResolution: 'Bundler' },
  node16: { module: 'Node16', moduleResolution: 'Node16' },
}

/** Type-checks a consumer the two ways there are, with the declarations of everything it installed looked at too. */
export async function checkTypes(scratch: Scratch): Promise<void> {
  const types = ['node', 'vite/client'].filter((name) =>
    existsSync(join(scratch.folder, 'node_modules', name === 'node' ? '@types/node' : 'vite')),
  )
  const compiler = existsSync(join(scratch.folder, 'node_modules/vue-tsc')) ? 'vue-tsc' : 'tsc'
  for (const [name, resolution] of Object.entries(resolutions)) {
    const compilerOptions = {
      ...resolution,
      target: 'ES2023',
      lib: ['ES2023', 'DOM', 'DOM.Iterable'],
      types,
      jsx: 'react-jsx',
      strict: true,
      skipLibCheck: false,
      rootDir: 'src',
      outDir: 'dist',
    }
    const config = name === 'node16' ? 'tsconfig.json' : `tsconfig.${name}.json`
    writeFileSync(join(scratch.folder, config), JSON.stringify({ compilerOptions, include: ['src'] }, undefined, 2))
    await scratch.run('npx', ['--no-install', compiler, '-p', config, '--noEmit'])
  }
}
