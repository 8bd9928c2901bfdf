import {
  earlierRows,
  hasEarlier,
  lastRows,
  laterRows,
  openWindow,
  slideWindow,
  watchEdges,
  windowRows,
} from '@streamfold/app-shared'
import { computed, shallowRef, watch } from 'vue'

/** The rows of a long list that are on the page; more come while the reader scrolls towards them. */
export function useListWindow<Row extends { readonly key: string }>(
  all: () => readonly Row[],
  view: () => HTMLElement | null,
  following: () => boolean,
  hold: () => void,
) {
  const list = shallowRef(openWindow(all()))
  watch(
    [all, following],
    ([all, following]) => {
      const next = list.value.all === all ? list.value : slideWindow(list.value, all, following)
      list.value = following ? lastRows(next) : next
    },
    { flush: 'sync' },
  )

  const showEarlier = () => {
    list.value = earlierRows(list.value)
  }
  const showLater = () => {
    list.value = laterRows(list.value)
  }
  // The view belongs to the parent, which is mounted after its children.
  watch(view, (view, _, onCleanup) => view && onCleanup(watchEdges(view, showEarlier, showLater)), { immediate: true })
  watch(list, hold, { flush: 'post' })

  return {
    rows: computed(() => windowRows(list.value)),
    hasEarlier: computed(() => hasEarlier(list.value)),
    hasLater: computed(() => list.value.hidden > 0),
    showEarlier,
  }
}
