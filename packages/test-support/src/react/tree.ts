import { attributesOf } from '../bindings/read-screen.ts'
import type { AblyClient, BindingOptions } from '@streamfold/testkit'
import type { Realtime } from 'ably'
import { AblyProvider } from 'ably/react'
import type { ReactNode } from 'react'
import { Activity, StrictMode, createElement, memo, useEffect } from 'react'
import type { UseConversationResult } from '@streamfold/react'
import { ConversationProvider, useConversation, useMessage, useMessageIds } from '@streamfold/react'

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
  // Counted where it is drawn: strict mode renders twice what it draws once.
  useEffect(() => void probe.rows.set(name, (probe.rows.get(name) ?? 0) + 1))
  return createElement('li', { 'data-status': message?.status }, message?.text)
})

function List({ probe }: { probe: Probe }): ReactNode {
  const rows = useMessageIds().map(({ key, id }) => createElement(Row, { key, id, name: key, probe }))
  useEffect(() => void probe.list++)
  return createElement('ol', null, rows)
}

/** In strict mode, so that every scenario is also one of double effects. */
export function tree(client: AblyClient, options: BindingOptions, probe: Probe, hidden = false): ReactNode {
  const children = [createElement(Controls, { key: 'controls', probe }), createElement(List, { key: 'list', probe })]
  const provider = createElement(ConversationProvider, options, children)
  const kept = createElement(Activity, { mode: hidden ? 'hidden' : 'visible', children: provider })
  return createElement(StrictMode, null, createElement(AblyProvider, { client: client as unknown as Realtime }, kept)) // It stands for one.
}
