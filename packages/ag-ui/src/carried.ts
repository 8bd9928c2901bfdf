/**
 * Data parts that carry what AG-UI has and a response has no part for. Their names follow `data-`. `agUiSource` writes them, and `ConversationAgent` makes of
 * them what they were.
 */
export const carried = {
  /** `{ activityType, content }`; its id is that of the activity. */
  activity: 'data-ag-ui-activity',
  /** The whole state of the agent. */
  state: 'data-ag-ui-state',
  /** A JSON Patch of the state. */
  stateDelta: 'data-ag-ui-state-delta',
  /** `{ name, value }` */
  custom: 'data-ag-ui-custom',
} as const

/** The name of the tool whose call is an interrupt that concerns no call. Its output is the answer. */
export const INTERRUPT = 'ag-ui-interrupt'
