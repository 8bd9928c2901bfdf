// @vitest-environment happy-dom
import { defineComponent, h } from 'vue'
import { sameTwins } from '@streamfold/test-support/bindings/same-twins'
import { ConversationProvider, useMessage } from '../src/index.ts'
import { driver } from '@streamfold/test-support/vue/driver'
import { render } from '@streamfold/test-support/vue/render'

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
