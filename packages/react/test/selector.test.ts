// @vitest-environment happy-dom
import { AblyProvider } from 'ably/react'
import type { Realtime } from 'ably'
import { createElement } from 'react'
import { selectorTwins } from '@streamfold/test-support/bindings/selector-twins'
import { ConversationProvider, useSelector } from '../src/index.ts'
import { driver } from '@streamfold/test-support/react/driver'
import { render } from '@streamfold/test-support/react/render'

selectorTwins((client, options, selector, isEqual) => {
  let drawn = 0
  const Reader = () => {
    drawn++
    // A new function with each render, as components write it.
    return createElement('p', null, useSelector((state) => selector(state), isEqual).join())
  }
  const page = createElement(ConversationProvider, options, createElement(Reader))
  const { element, unmount } = render(createElement(AblyProvider, { client: client as unknown as Realtime }, page)) // It stands for one.
  return { drawn: () => drawn, text: () => element.textContent, unmount }
}, driver.settled)
