import { localAblyUrl } from './local-ably-host.ts'

/** Something that goes wrong in production, made to happen by the local Ably. */
export interface Trouble {
  readonly id: string
  readonly label: string
  /** What is done, in a sentence. */
  readonly done: string
  readonly requests: (whom: Whom) => readonly object[]
}

/** Whom it is for: this page, and the conversation it shows. */
export interface Whom {
  readonly clientId: string
  readonly channel: string
}

export const troubles: readonly Trouble[] = [
  {
    id: 'cut',
    label: 'Cut for 5 s',
    done: 'The connection of this page was cut; it is refused for 5 s.',
    requests: ({ clientId }) => [{ type: 'cut', clientId, refuseFor: 5000 }],
  },
  {
    id: 'continuity',
    label: 'Lose continuity',
    done: 'The connection was cut, and the service has forgotten what this page had received.',
    requests: ({ clientId }) => [
      { type: 'expireContinuity', clientId },
      { type: 'cut', clientId, refuseFor: 1000 },
    ],
  },
  {
    id: 'reject',
    label: 'Reject appends',
    done: 'The next 5 appends of an answer are refused; the agent sends the full text to mend it.',
    requests: ({ channel }) => [{ type: 'rejectAppend', channel, nth: 1, times: 5, code: 42911 }],
  },
  {
    id: 'slow',
    label: 'Slow network',
    done: 'All that comes to this page is held back for 1.5 s, until you end the trouble.',
    requests: ({ clientId, channel }) => [{ type: 'delay', clientId, channel, ms: 1500 }],
  },
  {
    id: 'agent',
    label: 'Cut off the agent',
    done: 'The agent has lost its connection; it is refused for 20 s.',
    requests: () => [{ type: 'cut', clientId: 'agent', refuseFor: 20_000 }],
  },
  {
    id: 'restart',
    label: 'Restart the server',
    done: 'The server goes down and is back in 3 s.',
    requests: () => [{ type: 'restart', downFor: 3000 }],
  },
]

/** @returns what was done, or why not, as a sentence. */
export async function cause({ done, requests }: Trouble, whom: Whom, port: number): Promise<string> {
  try {
    for (const request of requests(whom)) await ask(port, 'POST', request)
    return done
  } catch (error) {
    return `Nothing was done: ${error instanceof Error ? error.message : 'the local Ably did not answer'}.`
  }
}

/** Takes back whatever is in force. @returns a sentence. */
export async function endTrouble(port: number): Promise<string> {
  try {
    await ask(port, 'DELETE')
    return 'All trouble was ended.'
  } catch {
    return 'Nothing was ended: the local Ably did not answer.'
  }
}

async function ask(port: number, method: string, body?: object): Promise<void> {
  const response = await fetch(`${localAblyUrl(port, location)}/faults`, {
    method,
    ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  })
  if (!response.ok) throw new Error(`the local Ably answered ${response.status}`)
}
