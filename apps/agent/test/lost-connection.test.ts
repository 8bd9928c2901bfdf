import { ablyService } from '@streamfold/ably/agent'
import { streamResponse } from '@streamfold/agent'
import { createLocalAbly } from '@streamfold/local-ably'
import { Realtime } from 'ably'
import { expect, test } from 'vitest'

// The client repeats unacknowledged appends on a new connection: without doubt they would double the text.
test.each([{ resumable: true }, { resumable: false }])(
  'the agent’s connection breaks, resumable: $resumable',
  async ({ resumable }) => {
    const ably = await createLocalAbly()
    const client = new Realtime(ably.clientOptions({ clientId: 'agent', logLevel: 0 }))
    const { channel } = ablyService({ key: ably.key, realtime: client }).connect().open('ai:x')
    const words = Array.from({ length: 40 }, (_, n) => ` word${n}`)
    const undo = ably.faults.delay({ channel: 'ai:x', ms: 20 })
    let cut = 0
    async function* source() {
      for (const [n, word] of words.entries()) {
        yield word
        await new Promise((resolve) => setTimeout(resolve, 5))
        if (n % 15 !== 14) continue
        if (!resumable) ably.faults.expireContinuity()
        cut += ably.faults.cut()
      }
    }
    const stream = streamResponse(channel.writer, source(), { replyTo: 'p', batch: { interval: 0 } })
    const outcome = await stream.finished
    undo()
    const stored = await client.channels.get('ai:x').getMessage(await stream.serial)
    client.close()
    await ably.close()
    expect(cut).toBeGreaterThan(0)
    expect(outcome).toMatchObject({ status: 'complete', text: words.join('') })
    expect(stored.data).toBe(words.join(''))
    expect(stored.extras.headers.status).toBe('complete')
    if (!resumable) expect(outcome.repairs).toBeGreaterThan(0)
  },
)
