import type { UploadsOptions } from '@streamfold/testkit'
import type { UseUploadsResult } from '@streamfold/vue'
import { useUploads } from '@streamfold/vue'
import { defineComponent, h } from 'vue'

export interface UploadsProbe {
  result?: UseUploadsResult
}

/** A component that attaches files and renders them as JSON. */
export function uploads(options: () => UploadsOptions, probe: UploadsProbe) {
  return defineComponent(() => {
    const attached = useUploads(options)
    probe.result = attached
    const { files, refused, ready, uploaded } = attached
    const shown = () => ({ files: files.value, refused: refused.value, ready: ready.value, uploaded: uploaded.value })
    return () => h('pre', JSON.stringify(shown()))
  })
}
