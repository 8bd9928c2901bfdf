import '@streamfold/app-shared/styles.css'
import { ablyOptions, pageConfig, tabClientId } from '@streamfold/app-shared'
import { Realtime } from 'ably'
import { AblyProvider } from 'ably/react'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'

const client = new Realtime(ablyOptions(pageConfig(), tabClientId(), import.meta.env.VITE_ABLY_KEY))

createRoot(document.getElementById('app')!).render(
  <StrictMode>
    <AblyProvider client={client}>
      <App />
    </AblyProvider>
  </StrictMode>,
)
