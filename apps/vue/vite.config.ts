import { appConfig } from '@streamfold/app-shared/vite'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'

export default defineConfig((env) => appConfig('Vue', env, [vue()]))
