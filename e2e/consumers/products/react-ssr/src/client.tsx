import { fromJSON } from '@streamfold/core'
import { Realtime } from 'ably'
import { hydrateRoot } from 'react-dom/client'
import { Page } from './page.js'

const { channelName, local, conversation } = JSON.parse(document.getElementById('page')!.textContent)
const client = new Realtime({ ...local, clientId: 'reader' })

hydrateRoot(document.getElementById('root')!, <Page client={client} channelName={channelName} initial={fromJSON(conversation)} />)
