import '@streamfold/app-shared/styles.css'
import { ablyOptions, pageConfig, tabClientId } from '@streamfold/app-shared'
import { ablyPlugin } from '@streamfold/vue'
import { Realtime } from 'ably'
import { createApp } from 'vue'
import App from './app.vue'

const client = new Realtime(ablyOptions(pageConfig(), tabClientId(), import.meta.env.VITE_ABLY_KEY))

createApp(App).use(ablyPlugin, client).mount('#app')
