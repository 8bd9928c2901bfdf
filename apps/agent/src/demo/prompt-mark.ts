/** Marks the prompt among the messages that a model is given: what a user adds while the tools run is written like a prompt. */
export function promptMark(attempt: number) {
  return { streamfold: { attempt } } as const
}

/** How often a response to a marked prompt was asked for; undefined for a message without the mark. */
export function attemptMarked({
  providerOptions,
}: {
  readonly providerOptions?: Readonly<Record<string, unknown>> | undefined
}): number | undefined {
  const { streamfold } = providerOptions ?? {}
  const marked = typeof streamfold === 'object' && streamfold !== null && 'attempt' in streamfold ? streamfold.attempt : undefined
  return typeof marked === 'number' ? marked : undefined
}
