import type { ReactNode } from 'react'
import { createElement } from 'react'

// In the place of `react-native`, whose components need native code: the same names, as elements of the test renderer.
export const [Pressable, Text, View] = ['Pressable', 'Text', 'View']

/** What the client of Ably looks for there. */
export const NativeModules = {}

interface ListProps<Item> {
  readonly data: readonly Item[]
  readonly keyExtractor: (item: Item) => string
  readonly renderItem: (row: { readonly item: Item }) => ReactNode
}

export function FlatList<Item>({ data, keyExtractor, renderItem }: ListProps<Item>): ReactNode {
  return data.map((item) => createElement('View', { key: keyExtractor(item) }, renderItem({ item })))
}
