import type { Layer } from '../../layer.ts'
import { httpStage } from '../http-stage.ts'
import { httpAgentPage } from './http-agent-page.ts'

const noResumption = {
  says: 'the HTTP binding has no resumption: a stream that broke cannot be entered again, and running again is a new run',
  address: 'https://docs.ag-ui.com/spec/1.1/basic/transports/http-sse',
}
const ordered = 'a transport of AG-UI has to deliver all events in order; HTTP and TCP neither lose nor repeat one'

export const agUi: Layer = {
  id: 'ag-ui',
  folder: 'ag-ui',
  name: 'AG-UI, `HttpAgent`',
  packages: ['@ag-ui/client', '@ag-ui/core', '@ag-ui/encoder'],
  setUp:
    '`HttpAgent` with the messages and interrupts that the server has kept, and an endpoint that writes events with `EventEncoder`',
  address: 'https://docs.ag-ui.com/sdk/js/client/http-agent',
  without: {
    forget: 'a page has no connection that the server would have to remember',
    lose: ordered,
    refuse: ordered,
    duplicate: ordered,
    redact: 'messages are in the application’s own store, and nothing tells pages of a change there',
  },
  excludes: {
    // Each of them needs a page that enters a run which another request has begun.
    ...Object.fromEntries(
      ['reload', 'second', 'drop', 'outage', 'order', 'slow', 'killed', 'asking', 'stop'].map((id) => [id, noResumption]),
    ),
    both: {
      says: 'an agent takes the answers of a resumed run as they are, and need not remember what was asked or answered before',
      address: 'https://docs.ag-ui.com/spec/1.1/basic/patterns/interrupt-resume',
    },
  },
  start: () => httpStage(new URL('agent.ts', import.meta.url), httpAgentPage),
}
