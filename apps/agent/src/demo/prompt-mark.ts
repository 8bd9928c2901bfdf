/** Marks the prompt among the messages that a model is given: what a user adds while the tools run is written like a prompt. */
export const promptMark = { streamfold: { prompt: true } } as const

/** Whether a message has the mark. */
export function isMarked({
  providerOptions,
}: {
  readonly providerOptions?: Readonly<Record<string, unknown>> | undefined
}): boolean {
  const { streamfold } = providerOptions ?? {}
  return typeof streamfold === 'object' && streamfold !== null && 'prompt' in streamfold && streamfold.prompt === true
}
