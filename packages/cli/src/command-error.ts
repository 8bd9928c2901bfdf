import type { ExitCode } from './exit-code.ts'
import { exitCode } from './exit-code.ts'

/** Ends the command. The message reads "unable to X; reason: what to do", and only it is printed. */
export class CommandError extends Error {
  readonly exitCode: ExitCode

  constructor(kind: Exclude<keyof typeof exitCode, 'ok' | 'different'>, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'CommandError'
    this.exitCode = exitCode[kind]
  }
}

/** The message of anything that was thrown. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
