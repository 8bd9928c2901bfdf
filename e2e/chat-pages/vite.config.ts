import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { defaultClientConditions, defineConfig } from 'vite'

const agent = `http://localhost:${process.env['AGENT_PORT'] || 4520}`
const server = { proxy: { '/api': agent } }

/** `vite` in this folder, beside a `pnpm dev`: /react.html?ably=4510, and the other pages likewise. */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  plugins: [vue()],
  resolve: { conditions: ['streamfold-source', ...defaultClientConditions] },
  build: {
    rolldownOptions: { input: ['react.html', 'vue.html', 'assistant-ui.html', 'tanstack-ai.html'] },
    chunkSizeWarningLimit: 1_000,
  },
  server,
  preview: server,
})
