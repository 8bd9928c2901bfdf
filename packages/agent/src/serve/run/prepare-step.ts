import type { Message } from '@streamfold/core'
import type { AiSdkMessage } from '../../model-input/model-messages.ts'
import { modelMessages } from '../../model-input/model-messages.ts'

/** As the AI SDK calls `prepareStep`: the messages that it returns stay for the later steps. */
export type PrepareStep = <Given>(step: {
  readonly messages: readonly Given[]
}) => Promise<{ messages?: (Given | AiSdkMessage)[] }>

/** Adds the prompts that came meanwhile to the messages of the next step. */
export function prepareStepWith(takeIn: () => Promise<readonly Message[]>): PrepareStep {
  return async ({ messages }) => {
    const taken = await takeIn()
    return taken.length === 0 ? {} : { messages: [...messages, ...modelMessages(taken)] }
  }
}
