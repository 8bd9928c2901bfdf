import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { build, defaultClientConditions } from 'vite'
import { builtBinding } from '../environment.ts'

export const bindings = ['react', 'svelte', 'vue'] as const

/** Builds the script of the page with a binding's scenarios as a product would, from our sources. */
export async function buildBinding(binding: (typeof bindings)[number]): Promise<void> {
  const built = await build({
    configFile: false,
    logLevel: 'error',
    plugins: [svelte({ configFile: false })],
    resolve: { conditions: ['streamfold-source', ...defaultClientConditions] },
    build: { write: false, rolldownOptions: { input: fileURLToPath(new URL(`./${binding}.ts`, import.meta.url)) } },
  })
  const [result] = [built].flat()
  if (!result || !('output' in result)) throw new Error(`unable to build the page of ${binding}; nothing came out`)
  writeFileSync(builtBinding(binding), result.output[0].code)
}
