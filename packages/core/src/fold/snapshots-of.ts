import type { Answered, Ignored, Snapshot } from '../protocol/event.ts'
import type { Phase } from '../protocol/message.ts'
import type { Headers } from '../protocol/message-types.ts'
import type { Conversation } from './conversation.ts'
import { fieldsOf } from './fold-version.ts'
import type { MessageRecord } from './record.ts'
import { list } from './record-list.ts'

/** The records and answers of a conversation that was read, as events to fold into a conversation that follows the channel. */
export function snapshotsOf({ records, context }: Conversation): readonly (Snapshot | Answered | Ignored)[] {
  return [
    ...list(records).map(snapshotOf),
    ...context.answers.map((answer) => ({ ...answer, type: 'answer' as const })),
    ...(context.turned ?? []).map((turned) => ({ type: 'ignored' as const, reason: 'it was changed', turned })),
  ]
}

function snapshotOf(record: MessageRecord): Snapshot {
  const { id, key, version, text, role, status, declaredPhase, headers, clientId, createdAt, updatedAt } = record
  return {
    type: 'snapshot',
    source: 'history',
    serial: id,
    version,
    text,
    role,
    phase: phaseOf(status, declaredPhase),
    headers: headers as Headers, // A record has no header without a value.
    fields: fieldsOf(record),
    clientId,
    messageId: key === id ? undefined : key,
    createdAt,
    at: updatedAt,
    ...(record.mayEdit !== undefined && { mayEdit: record.mayEdit }),
    deleted: status === 'deleted',
  }
}

/** An operation alone may have said that a response is complete; one without a status may have ended with its prompt. */
function phaseOf(status: MessageRecord['status'], declared: Phase | undefined): Phase | undefined {
  if (status === 'complete') return status
  return declared ?? (status === 'cancelled' ? status : undefined)
}
