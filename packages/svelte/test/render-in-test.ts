import { render } from '@streamfold/test-support/svelte/render'
import { onTestFinished } from 'vitest'

/** As `render`, until the test ends. */
export function renderInTest(...given: Parameters<typeof render>): ReturnType<typeof render> {
  const rendered = render(...given)
  onTestFinished(rendered.unmount)
  return rendered
}
