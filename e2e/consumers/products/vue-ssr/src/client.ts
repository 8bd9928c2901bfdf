import { fromJSON } from '@streamfold/core'
import { ablyPlugin } from '@streamfold/vue'
import { Realtime } from 'ably'
import { createSSRApp } from 'vue'
import Page from './page.vue'

const { channelName, local, conversation } = JSON.parse(document.getElementById('page')!.textContent!)
const client = new Realtime({ ...local, clientId: 'reader' })

createSSRApp(Page, { channelName, initial: fromJSON(conversation) })
  .use(ablyPlugin, client)
  .mount('#root')
