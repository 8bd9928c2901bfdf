import { expect, expectTypeOf, it } from 'vitest'
import * as react from '../../react/src/index.ts'
import * as vue from '../../vue/src/index.ts'

it('the bindings are twins: what React exports Vue exports, and useConversation gives and takes the same', () => {
  expect(Object.keys(vue)).toEqual(expect.arrayContaining(Object.keys(react)))
  expectTypeOf<keyof react.UseConversationResult>().toEqualTypeOf<keyof vue.UseConversationResult>()
  expectTypeOf<keyof react.UseConversationOptions>().toEqualTypeOf<keyof vue.UseConversationOptions>()
  expectTypeOf<{}>().not.toExtend<react.UseConversationOptions>()
  expectTypeOf<{}>().not.toExtend<vue.UseConversationOptions>()
})
