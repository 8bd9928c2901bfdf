import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { Chat } from './chat.tsx'
import { openChannel } from './open-channel.ts'

createRoot(document.body).render(
  <StrictMode>
    <Chat channel={openChannel()} />
  </StrictMode>,
)
