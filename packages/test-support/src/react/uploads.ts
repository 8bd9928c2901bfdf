import type { UseUploadsResult } from '@streamfold/react'
import { useUploads } from '@streamfold/react'
import type { UploadsOptions } from '@streamfold/testkit'
import type { ReactNode } from 'react'
import { StrictMode, createElement, useEffect } from 'react'

export interface UploadsProbe {
  result?: UseUploadsResult
}

function Composer({ options, probe }: { options: UploadsOptions; probe: UploadsProbe }): ReactNode {
  // A new object with each render, as components write it.
  const uploads = useUploads({ ...options })
  useEffect(() => {
    probe.result = uploads
  })
  const { files, refused, ready, uploaded } = uploads
  return createElement('pre', null, JSON.stringify({ files, refused, ready, uploaded }))
}

/** A component that attaches files and renders them as JSON. */
export function uploads(options: UploadsOptions, probe: UploadsProbe): ReactNode {
  return createElement(StrictMode, null, createElement(Composer, { options, probe }))
}
