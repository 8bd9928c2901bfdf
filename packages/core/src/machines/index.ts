export { channelMachine } from './channel-machine.ts'
export type { ChannelEvent, ChannelStatus } from './channel-machine.ts'
export { responseMachine } from './response-machine.ts'
export type { ContinuityEvent, ResponseEvent, StatusEvent } from './response-machine.ts'
