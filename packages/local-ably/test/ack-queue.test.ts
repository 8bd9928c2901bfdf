import { expect, it } from 'vitest'
import { AckQueue } from '../src/connection/ack-queue.ts'
import { AblyError } from '../src/protocol/ably-error.ts'

function queue(loses = (): boolean => false): { acks: AckQueue; sent: unknown[] } {
  const sent: unknown[] = []
  const acks = new AckQueue(({ message }) => {
    const { action, msgSerial, count, res } = message
    sent.push(action === 1 ? { msgSerial, count, res: res?.map(({ serials }) => serials) } : { nack: msgSerial, count })
  }, loses)
  return { acks, sent }
}

it('acknowledges in the order of arrival and joins neighbours', () => {
  const { acks, sent } = queue()
  const slots = [0, 1, 2].map((serial) => acks.open(serial, 'room'))
  slots[2]?.ack(['c'])
  slots[1]?.ack(['b'])
  acks.flush()
  expect(sent).toEqual([])
  slots[0]?.ack(['a'])
  acks.flush()
  expect(sent).toEqual([{ msgSerial: 0, count: 3, res: [['a'], ['b'], ['c']] }])
})

it('lets no NACK overtake', () => {
  const { acks, sent } = queue()
  const [first, second, third] = [0, 1, 2].map((serial) => acks.open(serial, 'room'))
  second?.nack(new AblyError(40000, 400, 'no'))
  third?.ack(['c'])
  first?.ack(['a'])
  acks.flush()
  expect(sent).toEqual([
    { msgSerial: 0, count: 1, res: [['a']] },
    { nack: 1, count: 1 },
    { msgSerial: 2, count: 1, res: [['c']] },
  ])
})

it('acknowledges a frame in work during a reconnect once: when it was sent again', () => {
  const { acks, sent } = queue()
  const [first, second] = [0, 1].map((serial) => acks.open(serial, 'room'))
  acks.reconnected()
  first?.ack(['a'])
  acks.flush()
  expect(sent).toEqual([])
  expect(acks.open(0, 'room')).toBeUndefined()
  expect(acks.open(1, 'room')).toBeUndefined()
  acks.flush()
  second?.ack(['b'])
  acks.flush()
  expect(sent).toEqual([
    { msgSerial: 0, count: 1, res: [['a']] },
    { msgSerial: 1, count: 1, res: [['b']] },
  ])
})

it('loses everything after a lost ACK until the client is back', () => {
  const { acks, sent } = queue(() => true)
  for (const serial of [0, 1]) acks.open(serial, 'room')?.ack([String(serial)])
  acks.flush()
  expect(sent).toEqual([])
})
