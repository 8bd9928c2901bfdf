// @vitest-environment happy-dom
import { defineComponent, h } from 'vue'
import { sameTwins } from '../../ably/test/same-twins.ts'
import { ConversationProvider, useMessage } from '../src/index.ts'
import { driver } from './driver.ts'
import { render } from './render.ts'

sameTwins((client, { id, isEqual, ...options }) => {
  let drawn = 0
  const Row = defineComponent(() => {
    const message = useMessage(id, { isEqual })
    return () => {
      drawn++
      return h('p', message.value?.status)
    }
  })
  const { element, unmount } = render(client, () => () => h(ConversationProvider, options, () => h(Row)))
  return { drawn: () => drawn, status: () => element.textContent, unmount }
}, driver.settled)
