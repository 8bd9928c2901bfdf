import type { FollowBottom } from '@streamfold/app-shared'
import { followBottom } from '@streamfold/app-shared'
import type { ShallowRef } from 'vue'
import { onMounted, onUnmounted, shallowRef } from 'vue'

/** Follows the end of `view` until the reader scrolls up. */
export function useFollowBottom(view: Readonly<ShallowRef<HTMLElement | null>>) {
  const following = shallowRef(true)
  let follow: FollowBottom | undefined

  onMounted(() => {
    follow = followBottom(view.value!, (next) => (following.value = next))
  })
  onUnmounted(() => follow?.stop())

  return { following, jump: () => follow?.jump(), hold: () => follow?.hold() }
}
