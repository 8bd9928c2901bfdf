import { expect, expectTypeOf, it } from 'vitest'
import * as react from '@streamfold/react'
import * as vue from '@streamfold/vue'

it('the bindings are twins: what React exports Vue exports, and useConversation gives and takes the same', () => {
  expect(Object.keys(vue)).toEqual(expect.arrayContaining(Object.keys(react)))
  expectTypeOf<keyof react.UseConversationResult>().toEqualTypeOf<keyof vue.UseConversationResult>()
  expectTypeOf<keyof react.UseConversationOptions>().toEqualTypeOf<keyof vue.UseConversationOptions>()
  expectTypeOf<{}>().not.toExtend<react.UseConversationOptions>()
  expectTypeOf<{}>().not.toExtend<vue.UseConversationOptions>()
})

interface Mine {
  readonly model: string
}

it("a product's own headers have their type in both bindings", () => {
  type Model = string | undefined
  type Left = ReturnType<typeof react.useConversation<Mine>>
  type Right = ReturnType<typeof vue.useConversation<Mine>>
  expectTypeOf<Left['messages'][number]['headers']['model']>().toEqualTypeOf<Model>()
  expectTypeOf<Right['messages']['value'][number]['headers']['model']>().toEqualTypeOf<Model>()
  type One = ReturnType<typeof react.useMessage<Mine>>
  type Two = ReturnType<typeof vue.useMessage<Mine>>['value']
  expectTypeOf<NonNullable<One>['headers']['model']>().toEqualTypeOf<Model>()
  expectTypeOf<One>().toEqualTypeOf<Two>()
  expectTypeOf<Left['sendMessage']>().toEqualTypeOf<Right['sendMessage']>()
  // @ts-expect-error a header that the product did not declare
  const wrong: Parameters<Left['sendMessage']>[1] = { headers: { modle: 'small' } }
  // @ts-expect-error headers are flat strings
  type Flat = typeof react.useStore<{ tokens: number }>
  expectTypeOf<Flat>().toBeFunction()
  expect(wrong).toBeDefined()
})
