export { ablyService } from './agent-service/ably-service.ts'
export type { AblyServiceOptions } from './agent-service/ably-service.ts'
