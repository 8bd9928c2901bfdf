import { simulatedBindingHarness } from '@streamfold/testkit'

/** A harness for what mounts and leaves in other ways than the scenarios do. `settled` resolves when it is drawn. */
export function lifetimeHarness(settled: () => Promise<void>) {
  const harness = simulatedBindingHarness()
  const responses = new Map<string, string>()
  const mount = () => {
    throw new Error('unable to mount; this driver only settles')
  }
  const until = (seen: () => boolean, say: () => string = () => 'nothing was shown') =>
    harness.until({ settled, mount }, seen, say)
  const listenersOf = (name: string) => {
    const channel = harness.client.channels.get(name)
    return (channel.listeners()?.length ?? 0) + (channel.subscriptions.listeners()?.length ?? 0)
  }
  const listeners = () =>
    Object.keys(harness.client.channels.all).reduce(
      (sum, name) => sum + listenersOf(name),
      harness.client.connection.listeners()?.length ?? 0,
    )
  return {
    harness,
    until,
    listenersOf,
    /** The agent's one response on a channel begins with `text`, or grows by it. */
    async write(name: string, text: string): Promise<void> {
      const agent = harness.agent(name)
      const known = responses.get(name)
      if (known === undefined) responses.set(name, await agent.begin(text))
      else await agent.append(known, text)
    },
    /** Every listener is gone, and every channel detached. */
    async nothingLeft(): Promise<void> {
      const states = () => Object.values(harness.client.channels.all).map(({ state }) => state)
      await until(
        () => listeners() === 0 && !states().includes('attached'),
        () => `${listeners()} listeners, ${states().join()}`,
      )
    },
  }
}
