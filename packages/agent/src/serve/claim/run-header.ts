/**
 * Header that distinguishes the runs of agents: two that create one message must not both append to it. A response that is written again
 * has a run of the next epoch, `<epoch>.<random>`, which fences an author that was only slow.
 */
export const RUN = 'run'

/** 0 where there is no run, as in what other publishers write. */
export function epochOf(run: string | undefined): number {
  const epoch = Number(/^(\d{1,9})\./.exec(run ?? '')?.[1] ?? 0)
  return run === undefined ? 0 : epoch
}
