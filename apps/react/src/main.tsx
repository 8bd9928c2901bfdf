import '@streamfold/app-shared/styles.css'
import { askedLog, createAblyClient, currentPerson, pageConfig } from '@streamfold/app-shared'
import { AblyProvider } from 'ably/react'
import type { ReactNode } from 'react'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'

const asked = askedLog(location.search, location.origin)
const root = createRoot(document.getElementById('app')!)
const render = (page: ReactNode) => root.render(<StrictMode>{page}</StrictMode>)

if (asked) {
  // A recorded log needs no connection.
  void import('./dev/log-page.tsx').then(({ LogPage }) => render(<LogPage asked={asked} />))
} else {
  void import('@streamfold/app-shared/other-devices').then(
    ({ followOtherDevices }) => followOtherDevices(),
    () => undefined, // The list then has what this device knows.
  )
  const client = createAblyClient(pageConfig(), currentPerson(), import.meta.env.VITE_ABLY_KEY)
  render(
    <AblyProvider client={client}>
      <App />
    </AblyProvider>,
  )
}
