import type { InboundMessage } from 'ably'
import type { Client } from './client.ts'
import { play } from './client.ts'
import { openOurRows, openOurs } from './our-client.ts'
import { ourAnswer } from './our-wire.ts'
import { race } from './race.ts'
import type { Measured } from './row.ts'
import { openTheirs } from './their-client.ts'
import type { TheirAnswer } from './their-wire.ts'
import { theirAnswer } from './their-wire.ts'
import { deltasOf, inFrames } from './wire.ts'

/** Prompts with their answers on screen: 200 messages. */
const PAIRS = 100
const STREAMING = 10
/** Frames in one run; each of the streams grows by one append in each, 62 a second. */
const FRAMES = 300

/**
 * From the wire message to the snapshot that is drawn, once a frame: 200 messages on screen, the last ten growing. Both
 * sides are whole clients on the same fake channel.
 */
export async function clientPathRows(): Promise<Measured[]> {
  const deltas = deltasOf(FRAMES)
  const text = deltas.join('')
  const our = Array.from({ length: PAIRS }, (_, index) => ourAnswer(index, deltasFor(index, deltas)))
  const their: TheirAnswer[] = []
  for (let index = 0; index < PAIRS; index++) their.push(await theirAnswer(index, deltasFor(index, deltas), their.at(-1)?.output))

  const ourSettled = our.flatMap(({ prompt, create, appends, close }, index) => [
    prompt,
    create,
    ...(streams(index) ? [] : [...appends, close]),
  ])
  const theirSettled = their.flatMap(({ opening, create, appends, closing }, index) => [
    ...opening,
    create,
    ...(streams(index) ? [] : [...appends, ...closing]),
  ])
  const ourFrames = inFrames(our.slice(-STREAMING).map(({ appends }) => appends))
  const theirFrames = inFrames(their.slice(-STREAMING).map(({ appends }) => appends))

  const competitor = (open: (settled: readonly InboundMessage[]) => Promise<Client>, ...[settled, frames]: Session) => ({
    async prepare() {
      const client = await open(settled)
      return () => {
        play(client, frames)
        const shown = client.texts()
        if (shown.length !== 2 * PAIRS || shown.filter((grown) => grown === text).length !== STREAMING)
          throw new Error(`unable to compare; the screen of ${open.name} does not show what was sent`)
      }
    },
  })
  const competitors = {
    whole: competitor(openOurs, ourSettled, ourFrames),
    rows: competitor(openOurRows, ourSettled, ourFrames),
    'ai-transport session': competitor(openTheirs, theirSettled, theirFrames),
  }
  const { whole, rows, ...peers } = await race(competitors, { operations: FRAMES * STREAMING, rounds: 11 })
  const peer = peers['ai-transport session']
  return [
    { id: 'client-path', unit: 'ns/message', ours: whole, peers, ratio: peer / whole, goal: { atLeast: 5 } },
    { id: 'client-path-rows', unit: 'ns/message', ours: rows, peers, ratio: peer / rows },
  ]
}

type Session = [settled: readonly InboundMessage[], frames: readonly (readonly InboundMessage[])[]]

function streams(index: number): boolean {
  return index >= PAIRS - STREAMING
}

function deltasFor(index: number, deltas: readonly string[]): readonly string[] {
  return streams(index) ? deltas : deltas.slice(0, 50)
}
