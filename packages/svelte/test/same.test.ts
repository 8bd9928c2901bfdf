// @vitest-environment happy-dom
import { sameTwins } from '@streamfold/test-support/bindings/same-twins'
import { driver } from '@streamfold/test-support/svelte/driver'
import { render } from '@streamfold/test-support/svelte/render'
import Row from './reading/row.svelte'

sameTwins((client, { id, isEqual, ...options }) => {
  let drawn = 0
  const draw = (status: unknown) => {
    drawn++
    return status
  }
  const { element, unmount } = render(client, Row, { options, id, isEqual, draw })
  return { drawn: () => drawn, status: () => element.textContent, unmount }
}, driver.settled)
