import { readFileSync } from 'node:fs'
import { registerHooks, stripTypeScriptTypes } from 'node:module'
import { fileURLToPath } from 'node:url'
import { compile, compileModule } from 'svelte/compiler'

/** Compiles Svelte's files as they are imported, for a page or, in a process without one, for a server. Import the files afterwards. */
const generate = 'document' in globalThis ? 'client' : 'server'

registerHooks({
  resolve(name, context, next) {
    // A component names the output of a module.
    const source = context.parentURL?.endsWith('.svelte') && name.startsWith('.') ? name.replace(/\.js$/, '.ts') : name
    return next(
      source,
      generate === 'client' && isSvelte(name) ? { ...context, conditions: [...context.conditions, 'browser'] } : context,
    )
  },
  load(url, context, next) {
    const filename = url.startsWith('file:') ? fileURLToPath(url) : ''
    const options = { filename, generate, dev: process.env['NODE_ENV'] !== 'production' } as const
    if (filename.endsWith('.svelte')) return module(compile(readFileSync(filename, 'utf8'), options).js.code)
    if (!filename.endsWith('.svelte.ts')) return next(url, context)
    return module(compileModule(stripTypeScriptTypes(readFileSync(filename, 'utf8')), options).js.code)
  },
})

function isSvelte(name: string): boolean {
  return name === 'svelte' || name.startsWith('svelte/')
}

function module(source: string) {
  return { format: 'module', source, shortCircuit: true } as const
}
