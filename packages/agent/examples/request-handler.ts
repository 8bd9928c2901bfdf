import { ablyService } from '@streamfold/ably/agent'
import { createAgentHandler, type User } from '@streamfold/agent'

const service = ablyService({ key: process.env['ABLY_API_KEY']! })
async function* respond() {
  yield 'Hello, world'
}
export const handlerFor = (authorize: (request: Request) => Promise<User | undefined>) =>
  createAgentHandler({ service, authorize, respond })
