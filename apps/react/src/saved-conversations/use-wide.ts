import { isWide, watchWide } from '@streamfold/app-shared'
import { useEffect, useState } from 'react'

/** Whether there is room for the list of conversations beside the page. */
export function useWide(): boolean {
  const [wide, setWide] = useState(isWide)
  useEffect(() => watchWide(setWide), [])
  return wide
}
