/** The exit codes of the process. Scripts rely on them. */
export const exitCode = {
  /** Done; for `diff`: no difference. */
  ok: 0,
  /** `diff` found a difference. */
  different: 1,
  /** The command line is wrong: an option, a missing key, a channel name. */
  usage: 2,
  /** Ably cannot be reached, or refuses the key or the channel. */
  connection: 3,
  /** A file cannot be read or written, or is not a log. */
  file: 4,
  /** Any other error: a bug of this program. */
  unexpected: 5,
  /** No call waits, or the answer does not count: it came too late, or the person may not answer. */
  refused: 6,
} as const

/** Any exit code of the process. */
export type ExitCode = (typeof exitCode)[keyof typeof exitCode]
