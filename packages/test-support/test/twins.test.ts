import { expect, expectTypeOf, it } from 'vitest'
import * as react from '@streamfold/react'
import * as svelte from '@streamfold/svelte'
import * as vue from '@streamfold/vue'
import * as ablyReact from 'ably/react'

it('the bindings are twins: useConversation gives and takes the same in each', () => {
  expectTypeOf<keyof react.UseConversationResult>().toEqualTypeOf<keyof vue.UseConversationResult>()
  expectTypeOf<keyof react.UseConversationOptions>().toEqualTypeOf<keyof vue.UseConversationOptions>()
  expectTypeOf<keyof react.UseConversationResult>().toEqualTypeOf<keyof svelte.UseConversationResult>()
  expectTypeOf<keyof react.UseConversationOptions>().toEqualTypeOf<keyof svelte.UseConversationOptions>()
  expectTypeOf<{}>().not.toExtend<react.UseConversationOptions>()
  expectTypeOf<{}>().not.toExtend<vue.UseConversationOptions>()
  expectTypeOf<{}>().not.toExtend<svelte.UseConversationOptions>()
})

it('the bindings are twins: what React and ably/react export Vue and Svelte export, and no more', () => {
  const theirs = Object.keys(ablyReact).filter((name) => /^use|Provider$/.test(name))
  expect(theirs).toEqual(expect.arrayContaining(['AblyProvider', 'ChannelProvider', 'useChannel', 'usePresence']))
  const without = (own: string, twin: object) => Object.keys(twin).filter((name) => name !== own)
  const [ofVue, ofSvelte] = [without('ablyPlugin', vue), without('provideConversation', svelte)]
  expect(ofSvelte.sort()).toEqual(ofVue.sort())
  expect(ofVue).toEqual(expect.arrayContaining([...Object.keys(react), ...theirs]))
  expectTypeOf<keyof svelte.ChannelNameAndAblyId>().toEqualTypeOf<keyof vue.ChannelNameAndAblyId>()
  expectTypeOf<keyof svelte.ChannelNameAndOptions>().toEqualTypeOf<keyof vue.ChannelNameAndOptions>()
  expectTypeOf<keyof svelte.ChannelResult>().toEqualTypeOf<keyof vue.ChannelResult>()
  expectTypeOf<keyof svelte.PresenceResult<string>>().toEqualTypeOf<keyof vue.PresenceResult<string>>()
  expectTypeOf<keyof svelte.PresenceListenerResult<string>>().toEqualTypeOf<keyof vue.PresenceListenerResult<string>>()
})

interface Mine {
  readonly headers: { readonly model: string }
  readonly tools: { readonly search: { readonly input: { readonly query: string }; readonly output: readonly string[] } }
  readonly data: { readonly chart: { readonly rows: readonly number[] } }
  readonly metadata: { readonly tokens: number }
}

it("a product's own headers, tools, data and metadata have their type in all bindings", () => {
  type Model = string | undefined
  type Left = ReturnType<typeof react.useConversation<Mine>>
  type Right = ReturnType<typeof vue.useConversation<Mine>>
  type Shown = Left['messages'][number]
  expectTypeOf<Shown['headers']['model']>().toEqualTypeOf<Model>()
  expectTypeOf<Right['messages']['value'][number]>().toEqualTypeOf<Shown>()
  type Part = Shown['parts'][number]
  type Call = Extract<Part, { readonly type: 'tool-search' }>
  type Settled = Call & { readonly state: 'output-available' }
  expectTypeOf<Settled['input']>().toEqualTypeOf<{ readonly query: string } | undefined>()
  expectTypeOf<Call['output']>().toEqualTypeOf<readonly string[] | undefined>()
  expectTypeOf<Extract<Part, { readonly type: `tool-${string}` }>>().toEqualTypeOf<Call>()
  expectTypeOf<Extract<Part, { readonly type: `data-${string}` }>['data']['rows']>().toEqualTypeOf<readonly number[]>()
  expectTypeOf<NonNullable<Shown['metadata']>['tokens']>().toEqualTypeOf<number | undefined>()
  type One = ReturnType<typeof react.useMessage<Mine>>
  type Two = ReturnType<typeof vue.useMessage<Mine>>['value']
  expectTypeOf<One>().toEqualTypeOf<Shown | undefined>()
  expectTypeOf<One>().toEqualTypeOf<Two>()
  expectTypeOf<Left['sendMessage']>().toEqualTypeOf<Right['sendMessage']>()
  expectTypeOf<ReturnType<typeof svelte.useConversation<Mine>>>().toExtend<Left>()
  expectTypeOf<ReturnType<typeof svelte.useMessage<Mine>>['current']>().toEqualTypeOf<One>()
  // @ts-expect-error a header that the product did not declare
  const wrong: Parameters<Left['sendMessage']>[1] = { headers: { modle: 'small' } }
  // @ts-expect-error headers are flat strings
  type Flat = typeof react.useStore<{ headers: { tokens: number } }>
  expectTypeOf<Flat>().toBeFunction()
  expect(wrong).toBeDefined()
})
