import type { Context, RunOptions } from '@restatedev/restate-sdk'
import type { Journal } from '@streamfold/agent'

/** The journal of one invocation. */
export function restateJournal(context: Context, retry: Omit<RunOptions<never>, 'serde'>): Journal {
  return {
    signal: context.request().attemptCompletedSignal,
    run: (name, step) => context.run(name, step, retry),
  }
}
