/** What the process ends with. Part of the interface: scripts rely on it. */
export const exitCode = {
  /** Done; for `diff`: no difference. */
  ok: 0,
  /** `diff` found a difference. */
  different: 1,
  /** The command line makes no sense: an option, a missing key, a channel name. */
  usage: 2,
  /** Ably cannot be reached, or refuses the key or the channel. */
  connection: 3,
  /** A file cannot be read or written, or is not a log. */
  file: 4,
  /** None of the above: a bug of this program. */
  unexpected: 5,
} as const

export type ExitCode = (typeof exitCode)[keyof typeof exitCode]
