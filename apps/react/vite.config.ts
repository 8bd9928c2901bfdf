import { appConfig } from '@streamfold/app-shared/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

export default defineConfig((env) => appConfig('React', env, [react()]))
