import '@streamfold/app-shared/styles.css'
import { ablyOptions, askedLog, currentPerson, pageConfig } from '@streamfold/app-shared'
import { Realtime } from 'ably'
import { AblyProvider } from 'ably/react'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import { LogPage } from './log-page.tsx'

const asked = askedLog(location.search, location.origin)
// A recorded log needs no connection.
const client = asked ? undefined : new Realtime(ablyOptions(pageConfig(), currentPerson(), import.meta.env.VITE_ABLY_KEY))

createRoot(document.getElementById('app')!).render(
  <StrictMode>
    {asked && <LogPage asked={asked} />}
    {client && (
      <AblyProvider client={client}>
        <App />
      </AblyProvider>
    )}
  </StrictMode>,
)
