// Generated from generate/publish-machine.ts by pnpm generate; a test compares. Each row: state, event, then the next state and its commands.
import type { TransitionTable } from '@streamfold/core/transport'

/** What can happen to a message on its way to the service; `generate/publish-machine.ts` says what each means. */
export type PublishStepEvent =
  | 'create.accepted'
  | 'create.given-up'
  | 'create.rejected'
  | 'operations.settled'
  | 'pause.over'
  | 'repair.accepted'
  | 'repair.given-up'
  | 'repair.outdated'
  | 'repair.rejected'
  | 'repair.rejected-permanently'
  | 'source.ended'
  | 'text.damaged'
  | 'text.damaged-again'

/** What a step asks for; `generate/publish-machine.ts` says what each means. */
export type PublishAction = 'create' | 'append' | 'keep' | 'update' | 'pause' | 'stop' | 'close'

/** Where `publishMachine` can be; a state within a state is written with a dot. */
export type PublishPlace =
  | 'opening.creating'
  | 'opening.pausing'
  | 'streaming.intact'
  | 'streaming.updating'
  | 'streaming.pausing'
  | 'flushing'
  | 'repairing.updating'
  | 'repairing.pausing'
  | 'repairing.lost'
  | 'closed'

export const publishTable: TransitionTable<PublishPlace, PublishStepEvent, PublishAction> = {
  'opening.creating': {
    'create.accepted': ['streaming.intact'],
    'create.given-up': ['closed', 'close'],
    'create.rejected': ['opening.pausing', 'pause'],
    'operations.settled': [],
    'pause.over': [],
    'repair.accepted': [],
    'repair.given-up': [],
    'repair.outdated': [],
    'repair.rejected': [],
    'repair.rejected-permanently': [],
    'source.ended': [],
    'text.damaged': [],
    'text.damaged-again': [],
  },
  'opening.pausing': {
    'create.accepted': [],
    'create.given-up': ['closed', 'close'],
    'create.rejected': [],
    'operations.settled': [],
    'pause.over': ['opening.creating', 'create'],
    'repair.accepted': [],
    'repair.given-up': [],
    'repair.outdated': [],
    'repair.rejected': [],
    'repair.rejected-permanently': [],
    'source.ended': [],
    'text.damaged': [],
    'text.damaged-again': [],
  },
  'streaming.intact': {
    'create.accepted': [],
    'create.given-up': [],
    'create.rejected': [],
    'operations.settled': [],
    'pause.over': [],
    'repair.accepted': [],
    'repair.given-up': [],
    'repair.outdated': [],
    'repair.rejected': [],
    'repair.rejected-permanently': [],
    'source.ended': ['flushing', 'append'],
    'text.damaged': ['streaming.updating', 'update'],
    'text.damaged-again': ['streaming.pausing', 'pause'],
  },
  'streaming.updating': {
    'create.accepted': [],
    'create.given-up': [],
    'create.rejected': [],
    'operations.settled': [],
    'pause.over': [],
    'repair.accepted': ['streaming.intact'],
    'repair.given-up': [],
    'repair.outdated': ['streaming.pausing', 'pause'],
    'repair.rejected': ['streaming.pausing', 'pause'],
    'repair.rejected-permanently': ['repairing.lost', 'stop'],
    'source.ended': ['repairing.updating', 'append'],
    'text.damaged': [],
    'text.damaged-again': [],
  },
  'streaming.pausing': {
    'create.accepted': [],
    'create.given-up': [],
    'create.rejected': [],
    'operations.settled': [],
    'pause.over': ['streaming.updating', 'update'],
    'repair.accepted': [],
    'repair.given-up': [],
    'repair.outdated': [],
    'repair.rejected': [],
    'repair.rejected-permanently': [],
    'source.ended': ['repairing.pausing', 'keep'],
    'text.damaged': [],
    'text.damaged-again': [],
  },
  flushing: {
    'create.accepted': [],
    'create.given-up': [],
    'create.rejected': [],
    'operations.settled': ['closed', 'close'],
    'pause.over': [],
    'repair.accepted': [],
    'repair.given-up': [],
    'repair.outdated': [],
    'repair.rejected': [],
    'repair.rejected-permanently': [],
    'source.ended': [],
    'text.damaged': ['repairing.updating', 'update'],
    'text.damaged-again': ['repairing.pausing', 'pause'],
  },
  'repairing.updating': {
    'create.accepted': [],
    'create.given-up': [],
    'create.rejected': [],
    'operations.settled': [],
    'pause.over': [],
    'repair.accepted': ['flushing'],
    'repair.given-up': ['repairing.lost'],
    'repair.outdated': ['repairing.pausing', 'pause'],
    'repair.rejected': ['repairing.pausing', 'pause'],
    'repair.rejected-permanently': ['repairing.lost'],
    'source.ended': [],
    'text.damaged': [],
    'text.damaged-again': [],
  },
  'repairing.pausing': {
    'create.accepted': [],
    'create.given-up': [],
    'create.rejected': [],
    'operations.settled': [],
    'pause.over': ['repairing.updating', 'update'],
    'repair.accepted': [],
    'repair.given-up': [],
    'repair.outdated': [],
    'repair.rejected': [],
    'repair.rejected-permanently': [],
    'source.ended': [],
    'text.damaged': [],
    'text.damaged-again': [],
  },
  'repairing.lost': {
    'create.accepted': [],
    'create.given-up': [],
    'create.rejected': [],
    'operations.settled': ['closed', 'close'],
    'pause.over': [],
    'repair.accepted': [],
    'repair.given-up': [],
    'repair.outdated': [],
    'repair.rejected': [],
    'repair.rejected-permanently': [],
    'source.ended': [],
    'text.damaged': [],
    'text.damaged-again': [],
  },
  closed: {
    'create.accepted': [],
    'create.given-up': [],
    'create.rejected': [],
    'operations.settled': [],
    'pause.over': [],
    'repair.accepted': [],
    'repair.given-up': [],
    'repair.outdated': [],
    'repair.rejected': [],
    'repair.rejected-permanently': [],
    'source.ended': [],
    'text.damaged': [],
    'text.damaged-again': [],
  },
}
