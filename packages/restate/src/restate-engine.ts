import type { ConnectionOpts } from '@restatedev/restate-sdk-clients'
import { connect } from '@restatedev/restate-sdk-clients'
import type { Engine } from '@streamfold/agent'
import { SERVICE } from './restate-answers.ts'

export interface RestateEngineOptions extends ConnectionOpts {
  /** Name of the service, as in `restateAnswers`. Default `streamfold`. */
  readonly name?: string
}

/** Hands prompts to Restate: the option `engine` of `serveAgent` and `createAgentHandler`. @param options `url` is the address of Restate's ingress */
export function restateEngine({ name: service = SERVICE, ...connection }: RestateEngineOptions): Engine {
  const ingress = connect(connection)
  return {
    async start(parameter) {
      // One run at a time for each key.
      const key = JSON.stringify([parameter.channel, parameter.prompt])
      await ingress.send({ service, handler: 'answer', key, parameter })
    },
  }
}
