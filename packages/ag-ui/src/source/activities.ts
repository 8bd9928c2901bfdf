import jsonPatch from 'fast-json-patch'
import { carried } from '../carried.ts'
import type { SourcePart } from './source-part.ts'

/** Follows the activities of a run: a response has the whole of each. */
export interface Activities {
  /** @returns undefined for an event that cannot be read */
  read(event: Readonly<Record<string, unknown>>): readonly SourcePart[] | undefined
}

export function createActivities(): Activities {
  const contents = new Map<string, unknown>()
  return {
    read({ type, messageId, activityType, content, replace, patch }) {
      if (typeof messageId !== 'string' || typeof activityType !== 'string') return undefined
      const known = contents.get(messageId)
      if (type === 'ACTIVITY_SNAPSHOT') {
        if (replace === false && contents.has(messageId)) return []
        contents.set(messageId, content ?? {})
      } else {
        // A delta of an activity that the run has not given changes nothing, as in the client of AG-UI.
        if (!contents.has(messageId)) return []
        const next = patched(known, patch)
        if (next === undefined) return undefined
        contents.set(messageId, next)
      }
      return [{ type: carried.activity, id: messageId, data: { activityType, content: contents.get(messageId) } }]
    },
  }
}

/** The document after a JSON Patch; undefined where it cannot be applied. */
export function patched(document: unknown, patch: unknown): unknown {
  try {
    return jsonPatch.applyPatch(structuredClone(document), patch as jsonPatch.Operation[], true, false).newDocument as unknown // It is validated.
  } catch {
    return undefined
  }
}
