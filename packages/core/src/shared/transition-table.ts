/** What an event makes of a state: the next state and the commands that are due. Empty: the event changes nothing. */
type Step<State extends string, Command extends string> = readonly [] | readonly [to: State, ...commands: Command[]]

/** A machine as data, generated from its definition. Every state has a step for every event: a missing cell does not compile. */
export type TransitionTable<State extends string, Event extends string, Command extends string = never> = Readonly<
  Record<State, Readonly<Record<Event, Step<State, Command>>>>
>

/** Looks up the step that a machine takes: its next state, then the commands that are due. */
export function takeStep<State extends string, Event extends string, Command extends string = never>(
  table: TransitionTable<State, Event, Command>,
  state: State,
  event: Event,
): readonly [to: State, ...commands: Command[]] {
  const [to = state, ...commands] = table[state][event]
  return [to, ...commands]
}
