import '@streamfold/app-shared/styles.css'
import { askedLog, createAblyClient, currentPerson, pageConfig } from '@streamfold/app-shared'
import { ablyPlugin } from '@streamfold/vue'
import { createApp } from 'vue'
import App from './app.vue'

const asked = askedLog(location.search, location.origin)

if (asked) {
  // A recorded log needs no connection.
  void import('./dev/log-page.vue').then(({ default: LogPage }) => createApp(LogPage, { asked }).mount('#app'))
} else {
  void import('@streamfold/app-shared/other-devices').then(
    ({ followOtherDevices }) => followOtherDevices(),
    () => undefined, // The list then has what this device knows.
  )
  const client = createAblyClient(pageConfig(), currentPerson(), import.meta.env.VITE_ABLY_KEY)
  createApp(App).use(ablyPlugin, client).mount('#app')
}
