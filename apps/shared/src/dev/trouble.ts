/** A fault as in production, caused on purpose. */
export interface Trouble {
  readonly id: string
  readonly label: string
  /** The fault, in a sentence. */
  readonly done: string
  /** Faults for the local Ably. */
  readonly faults?: (whom: Whom) => readonly object[]
  /** The agent crashes. */
  readonly crash?: boolean
}

/** Its target: this page, and the conversation it shows. */
export interface Whom {
  readonly clientId: string
  readonly channel: string
}

export const troubles: readonly Trouble[] = [
  {
    id: 'cut',
    label: 'Cut for 5 s',
    done: 'The connection of this page was cut; it is refused for 5 s.',
    faults: ({ clientId }) => [{ type: 'cut', clientId, refuseFor: 5000 }],
  },
  {
    id: 'continuity',
    label: 'Lose continuity',
    done: 'The connection was cut, and the service has forgotten what this page had received.',
    faults: ({ clientId }) => [
      { type: 'expireContinuity', clientId },
      { type: 'cut', clientId, refuseFor: 1000 },
    ],
  },
  {
    id: 'reject',
    label: 'Reject appends',
    done: 'The next 5 appends of an answer are refused; the agent sends the full text to mend it.',
    faults: ({ channel }) => [{ type: 'rejectAppend', channel, nth: 1, times: 5, code: 42911 }],
  },
  {
    id: 'slow',
    label: 'Slow network',
    done: 'All that comes to this page is held back for 1.5 s, until you end the trouble.',
    faults: ({ clientId, channel }) => [{ type: 'delay', clientId, channel, ms: 1500 }],
  },
  {
    id: 'agent',
    label: 'Kill the agent',
    done: 'The agent was killed. It is started again in a moment, and looks after what it left open.',
    crash: true,
  },
  {
    id: 'restart',
    label: 'Restart the server',
    done: 'The server goes down and is back in 3 s.',
    faults: () => [{ type: 'restart', downFor: 3000 }],
  },
]

/** @returns the result, as a sentence */
export async function cause({ done, faults, crash }: Trouble, whom: Whom): Promise<string> {
  try {
    for (const fault of faults?.(whom) ?? []) await ask('POST', fault)
    if (crash) await killAgent()
    return done
  } catch (error) {
    return `Nothing was done: ${error instanceof Error ? error.message : 'nothing answered'}.`
  }
}

/** Removes all faults. @returns a sentence */
export async function endTrouble(): Promise<string> {
  try {
    await ask('DELETE')
    return 'All trouble was ended.'
  } catch {
    return 'Nothing was ended: the agent or the local Ably did not answer.'
  }
}

async function killAgent(): Promise<void> {
  const response = await fetch('/dev/crash', { method: 'POST' })
  if (!response.ok) throw new Error('the agent was not reached, or was not started by pnpm dev')
}

/** Local Ably accepts faults only with its key, which only the agent has. */
async function ask(method: string, body?: object): Promise<void> {
  const response = await fetch('/dev/faults', {
    method,
    ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  })
  if (!response.ok) throw new Error(`the agent answered ${response.status}; it passes faults on when started by pnpm dev`)
}
