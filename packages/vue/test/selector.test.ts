// @vitest-environment happy-dom
import { defineComponent, h } from 'vue'
import { selectorTwins } from '@streamfold/test-support/bindings/selector-twins'
import { ConversationProvider, useSelector } from '../src/index.ts'
import { driver } from '@streamfold/test-support/vue/driver'
import { render } from '@streamfold/test-support/vue/render'

selectorTwins((client, options, selector, isEqual) => {
  let drawn = 0
  const Reader = defineComponent(() => {
    const value = useSelector(selector, isEqual)
    return () => {
      drawn++
      return h('p', value.value.join())
    }
  })
  const { element, unmount } = render(client, () => () => h(ConversationProvider, options, () => h(Reader)))
  return { drawn: () => drawn, text: () => element.textContent, unmount }
}, driver.settled)
