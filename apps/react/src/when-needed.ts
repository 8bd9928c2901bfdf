import type { ComponentType } from 'react'
import { createElement, useEffect, useState } from 'react'

/** A component whose code is fetched when it is first rendered. Until then, and if it cannot be fetched, it shows nothing. */
export function whenNeeded<Props extends object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  let loaded: ComponentType<Props> | undefined
  return function WhenNeeded(props: Props) {
    const [component, setComponent] = useState(() => loaded)
    useEffect(() => {
      let shown = true
      const fetch = async () => {
        loaded ??= await load().catch(() => undefined) // It is fetched again when it is shown again.
        if (shown) setComponent(() => loaded)
      }
      if (!loaded) void fetch()
      return () => void (shown = false)
    }, [])
    return component ? createElement(component, props) : null
  }
}
