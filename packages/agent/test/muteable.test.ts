import type { ResponseWriter } from '@streamfold/core/transport'
import { expect, it } from 'vitest'
import { muteable } from '../src/publish/write/muteable.ts'

it('says what the service announces as it is when it is asked for, not as it was when it was made', () => {
  let announced: number | undefined
  const inner: ResponseWriter = {
    get maxRate() {
      return announced
    },
    get maxMessageSize() {
      return announced
    },
    create: () => Promise.resolve({ serial: 's' }),
    append: () => Promise.resolve({ version: 'v' }),
    update: () => Promise.resolve({ version: 'v' }),
  }
  const writer = muteable(inner, () => false)
  expect([writer.maxRate, writer.maxMessageSize, writer.connection]).toEqual([undefined, undefined, inner])
  announced = 50
  expect([writer.maxRate, writer.maxMessageSize]).toEqual([50, 50])
})
