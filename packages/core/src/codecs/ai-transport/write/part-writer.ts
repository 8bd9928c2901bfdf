import type { Frame } from '../../../protocol/frames.ts'
import type { JsonObject } from '../../../shared/json.ts'
import { textOf } from '../../../shared/json.ts'
import { createCallWriter } from './call-writer.ts'
import type { Call, CarriedParts, Whole } from './carried-parts.ts'
import type { PartOutlet, PartStream } from './part-outlet.ts'
import { codecHeaders } from './part-outlet.ts'
import type { Growing } from './text-writer.ts'
import { createTextWriter } from './text-writer.ts'
import { createWholeWriter } from './whole-writer.ts'

/** Writes frames as messages of AI Transport. */
export interface PartWriter {
  /** Takes what a frame has more than at the last call. @param isNew whether its head comes with it */
  take(frame: Frame, more: string, isNew: boolean): void
  /** Publishes what is held back because the next frame might have come at once. */
  settle(): void
  /** Ends what is open. @param goesOn whether the response goes on in another message: then calls and results stay open */
  end(status: 'complete' | 'cancelled', goesOn: boolean): void
}

/** A whole part with what goes on behind it. */
interface OpenWhole extends Whole {
  readonly behind?: Target | undefined
}

type Target = OpenWhole | Growing | Call

/** @param first the message that begins the response @param nextId a name for a text */
export function createPartWriter(outlet: PartOutlet, first: PartStream, carried: CarriedParts, nextId: () => string): PartWriter {
  const begun: Growing = { is: 'text', stream: first, isClosed: false }
  const whole = createWholeWriter(outlet, carried)
  const calls = createCallWriter(outlet, whole, carried)
  const texts = createTextWriter(outlet, begun, carried, nextId)
  /** The part that a body without an id continues. */
  let open: Target | undefined = carried.isContinued ? undefined : begun

  function completeWhole(): void {
    const complete = open?.is === 'whole' ? open : carried.open
    if (open?.is === 'whole') open = open.behind
    carried.open = undefined
    if (complete) whole.publishWhole(complete)
  }

  function settle(): void {
    if (open?.is === 'call') calls.settle(open)
  }

  function takeHead(head: JsonObject): void {
    const { type } = head
    const id = textOf(head['id'])
    const endsWhole = type === 'end' && id === undefined && head['kind'] === undefined && open?.is === 'whole'
    if (type !== 'more') completeWhole()
    if (endsWhole) return
    // With its end, a call whose input has come at once is one message.
    if (type !== 'input') settle()
    if (completing.has(type)) texts.closeReasoning()
    switch (type) {
      case 'text':
      case 'reasoning':
        open = texts.start(type, head)
        return
      case 'tool':
        open = calls.start(head)
        return
      case 'input':
        return calls.endInput(head)
      case 'output':
      case 'fault':
      case 'data':
      case 'custom':
        open = { is: 'whole', head, text: '' }
        return
      case 'meta':
        // Metadata may come in the middle of a text.
        open = { is: 'whole', head, text: '', behind: open }
        return
      case 'source':
        return whole.publishSource(head)
      case 'file':
        return whole.publishFile(head)
      case 'step':
        texts.closeText()
        return whole.publishStep(head)
      case 'ask':
        return whole.publishRequest(head)
      case 'more':
        return continueIn(head['kind'], id)
      case 'end':
        return endText(id === undefined ? (head['kind'] === 'text' ? texts.unnamed : open) : texts.named(id), head)
      default:
        return whole.publishFrames(head)
    }
  }

  function endText(part: Target | undefined, head: JsonObject): void {
    if (part?.is !== 'text' && part?.is !== 'reasoning') return
    const { ms, provider } = head
    // The message that begins the response has no place for metadata. It stays open, because its text may go on behind other parts.
    if (part === begun && provider !== undefined) whole.publishFrames({ type: 'end', kind: 'text', provider })
    else texts.close(part, codecHeaders({ ms: ms?.toString(), providerMetadata: provider }))
  }

  function continueIn(kind: unknown, id: string | undefined): void {
    if (kind === 'text' || kind === 'reasoning') open = texts.resume(kind, id)
    else if (kind === 'tool') open = id === undefined ? open : carried.calls.get(id)
    else if (open?.is !== 'whole') {
      open = carried.open
      carried.open = undefined
    }
  }

  function takeBody(text: string): void {
    if (text === '' || !open) return
    if (open.is === 'whole') open.text += text
    else if (open.is === 'call') calls.add(open, text)
    else open = texts.add(open, text)
  }

  return {
    take({ head }, more, isNew) {
      if (head && isNew) takeHead(head)
      if (!head) open ??= begun
      if (!head || bodied.has(head['type'])) takeBody(more)
    },
    settle,
    end(status, goesOn) {
      if (goesOn && open?.is === 'whole') carried.open = { is: open.is, head: open.head, text: open.text }
      else completeWhole()
      settle()
      if (goesOn) carried.isContinued = true
      else calls.cancelAll()
      texts.closeAll(status)
    },
  }
}

/** Heads with a body. What follows another head is part of none. */
const bodied: ReadonlySet<unknown> = new Set('text reasoning tool output fault data custom meta more'.split(' '))

/** Heads that complete reasoning which has no id. Sources, citations, files and metadata may come in the middle of it. */
const completing: ReadonlySet<unknown> = new Set(
  'text reasoning tool input output fault data custom step ask decided run steer taking left see'.split(' '),
)
