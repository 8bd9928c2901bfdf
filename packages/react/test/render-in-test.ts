import { onTestFinished } from 'vitest'
import { render } from '@streamfold/test-support/react/render'

/** As `render`, until the test ends. */
export function renderInTest(...given: Parameters<typeof render>): ReturnType<typeof render> {
  const rendered = render(...given)
  onTestFinished(rendered.unmount)
  return rendered
}
