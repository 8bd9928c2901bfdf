import { attributesOf, rowAttributesOf } from '../bindings/read-screen.ts'
import type { AblyClient, BindingDriver, BindingOptions } from '@streamfold/testkit'
import { selectMessages } from '@streamfold/core'
import type { Realtime } from 'ably'
import { AblyProvider } from 'ably/react'
import type { ReactNode } from 'react'
import { Activity, StrictMode, createElement, memo, useEffect } from 'react'
import type { UseConversationResult } from '@streamfold/react'
import {
  ConversationProvider,
  useClientTools,
  useConversation,
  useMessage,
  useMessageIds,
  usePromptState,
  useSelector,
  useSiblings,
} from '@streamfold/react'

/** What a test binding leaves to be looked at. */
export interface Probe {
  readonly rows: Map<string, number>
  list: number
  result?: UseConversationResult
}

export const newProbe = (): Probe => ({ rows: new Map(), list: 0 })

function Controls({ probe }: { probe: Probe }): ReactNode {
  const result = useConversation()
  useEffect(() => {
    probe.result = result
  })
  return createElement('p', attributesOf(result))
}

const Row = memo(function Row({ id, name, probe }: { id: string; name: string; probe: Probe }): ReactNode {
  const message = useMessage(id)
  const state = usePromptState(id)
  const siblings = useSiblings(id)
  // Counted where it is drawn: strict mode renders twice what it draws once.
  useEffect(() => void probe.rows.set(name, (probe.rows.get(name) ?? 0) + 1))
  return createElement('li', rowAttributesOf(message, state, siblings), message?.text)
})

function Tools({ tools }: { tools: NonNullable<BindingOptions['tools']> }): ReactNode {
  // A new object with each render, as components write it.
  useClientTools({ ...tools })
  return null
}

function List({ probe, order }: { probe: Probe; order: BindingOptions['order'] }): ReactNode {
  const rows = useMessageIds({ ...(order && { order }) }).map(({ key, id }) => createElement(Row, { key, id, name: key, probe }))
  useEffect(() => void probe.list++)
  return createElement('ol', null, rows)
}

type Selecting = Parameters<NonNullable<BindingDriver['mountSelection']>>

function Selection({ probe, selector, isEqual }: { probe: Probe; selector: Selecting[2]; isEqual: Selecting[3] }): ReactNode {
  // A new function with each render, as components write it.
  const texts = useSelector((state) => selector(selectMessages(state)), isEqual)
  useEffect(() => void probe.list++)
  return createElement('p', null, texts.join())
}

/** The provider, with one component that draws what it selects. Counts its draws as `list`. */
export function selection(
  client: AblyClient,
  options: BindingOptions,
  probe: Probe,
  selector: Selecting[2],
  isEqual: Selecting[3],
): ReactNode {
  const child = createElement(Selection, { probe, selector, isEqual })
  return inStrictMode(client, createElement(ConversationProvider, options, child))
}

/** In strict mode, so that every scenario is also one of double effects. */
export function tree(
  client: AblyClient,
  { tools = {}, order, ...options }: BindingOptions,
  probe: Probe,
  hidden = false,
): ReactNode {
  const children = [
    createElement(Controls, { key: 'controls', probe }),
    createElement(Tools, { key: 'tools', tools }),
    createElement(List, { key: 'list', probe, order }),
  ]
  const provider = createElement(ConversationProvider, options, children)
  return inStrictMode(client, createElement(Activity, { mode: hidden ? 'hidden' : 'visible', children: provider }))
}

function inStrictMode(client: AblyClient, page: ReactNode): ReactNode {
  return createElement(StrictMode, null, createElement(AblyProvider, { client: client as unknown as Realtime }, page)) // It stands for one.
}
