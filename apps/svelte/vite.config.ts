import { appConfig } from '@streamfold/app-shared/vite'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vite'

export default defineConfig((env) => appConfig('Svelte', env, [svelte({ configFile: false })]))
