// @vitest-environment happy-dom
import { AblyProvider } from 'ably/react'
import type { Realtime } from 'ably'
import { createElement } from 'react'
import { sameTwins } from '@streamfold/test-support/bindings/same-twins'
import { ConversationProvider, useMessage } from '../src/index.ts'
import { driver } from '@streamfold/test-support/react/driver'
import { render } from '@streamfold/test-support/react/render'

sameTwins((client, { id, isEqual, ...options }) => {
  let drawn = 0
  const Row = () => {
    const message = useMessage(id, { isEqual })
    drawn++
    return createElement('p', null, message?.status)
  }
  const page = createElement(ConversationProvider, options, createElement(Row))
  const { element, unmount } = render(createElement(AblyProvider, { client: client as unknown as Realtime }, page)) // It stands for one.
  return { drawn: () => drawn, status: () => element.textContent, unmount }
}, driver.settled)
