import '@streamfold/app-shared/styles.css'
import { createAblyClient, currentPerson, pageConfig } from '@streamfold/app-shared'
import { mount } from 'svelte'
import App from './app.svelte'

const client = createAblyClient(pageConfig(), currentPerson(), import.meta.env.VITE_ABLY_KEY)
mount(App, { target: document.querySelector('#app')!, props: { client } })
