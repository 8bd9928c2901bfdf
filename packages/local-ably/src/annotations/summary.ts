import { AnnotationAction } from '../protocol/actions.ts'
import type { Summaries, WireAnnotation } from '../protocol/protocol-message.ts'
import { isRecord } from '../shared/record.ts'

/** How annotations of a type add up: the part of the type behind the colon, without its version (P85). */
export type Method = 'total' | 'flag' | 'distinct' | 'unique' | 'multiple'

const METHODS: readonly Method[] = ['total', 'flag', 'distinct', 'unique', 'multiple']

interface Clients {
  readonly total: number
  readonly clientIds: readonly string[]
  readonly clipped: boolean
}

interface Counts {
  readonly total: number
  readonly clientIds: Readonly<Record<string, number>>
  readonly totalUnidentified: number
  readonly totalClientIds: number
  readonly clipped: boolean
}

const NOBODY: Clients = { total: 0, clientIds: [], clipped: false }
const NOTHING: Counts = { total: 0, clientIds: {}, totalUnidentified: 0, totalClientIds: 0, clipped: false }

/** The method of an annotation type such as `reaction:distinct.v1`; undefined when it is none. */
export function methodOf(type: string): Method | undefined {
  const name = /^[^:]+:([a-z]+)\.v1$/.exec(type)?.[1]
  return METHODS.find((method) => method === name)
}

/** The summaries of a message after one more annotation (P85, TM7). */
export function summarise(summaries: Summaries, annotation: WireAnnotation): Summaries {
  const method = methodOf(annotation.type)
  if (method === undefined) return summaries
  const next = SUMMARISE[method](summaries[annotation.type] ?? {}, annotation)
  return { ...summaries, [annotation.type]: next }
}

type Summary = Readonly<Record<string, unknown>>

const SUMMARISE: Readonly<Record<Method, (summary: Summary, annotation: WireAnnotation) => Summary>> = {
  /** Counts annotations, also several of one client. */
  total(summary, annotation) {
    const total = typeof summary['total'] === 'number' ? summary['total'] : 0
    return { total: Math.max(total + (removes(annotation) ? -1 : 1), 0) }
  },
  /** Counts each client once. */
  flag: (summary, annotation) => ({ ...changed(clientsIn(summary), annotation) }),
  /** Counts each client once per name. */
  distinct: (summary, annotation) => named(summary, annotation, changed(clientsIn(summary[nameOf(annotation)]), annotation)),
  /** As distinct, but a client has one name at a time: a new annotation removes the client from the old name. */
  unique(summary, annotation) {
    const others = Object.entries(summary).map(([name, clients]) => [name, without(clientsIn(clients), annotation)] as const)
    const left = Object.fromEntries(others.filter(([, { total }]) => total > 0))
    if (removes(annotation)) return left
    return named(left, annotation, changed(clientsIn(left[nameOf(annotation)]), annotation))
  },
  /** Adds up counts per name and client. Anonymous clients share one number. */
  multiple: (summary, annotation) => named(summary, annotation, counted(countsIn(summary[nameOf(annotation)]), annotation)),
}

function named(summary: Summary, annotation: WireAnnotation, entry: Clients | Counts): Summary {
  const name = nameOf(annotation)
  // Thousands of names are copied much faster than they are taken apart.
  if (entry.total > 0) return { ...summary, [name]: entry }
  const { [name]: _old, ...rest } = summary
  return rest
}

function changed(clients: Clients, annotation: WireAnnotation): Clients {
  const rest = without(clients, annotation)
  if (removes(annotation)) return rest
  const clientIds = [...rest.clientIds, annotation.clientId ?? '']
  return { total: clientIds.length, clientIds, clipped: false }
}

function without(clients: Clients, annotation: WireAnnotation): Clients {
  const clientIds = clients.clientIds.filter((clientId) => clientId !== annotation.clientId)
  return { total: clientIds.length, clientIds, clipped: false }
}

function counted(counts: Counts, annotation: WireAnnotation): Counts {
  const { clientId } = annotation
  const amount = annotation.count ?? 1
  if (clientId === undefined) {
    const totalUnidentified = removes(annotation) ? counts.totalUnidentified : counts.totalUnidentified + amount
    return { ...counts, totalUnidentified, total: counts.total - counts.totalUnidentified + totalUnidentified }
  }
  const { [clientId]: before = 0, ...others } = counts.clientIds
  const after = removes(annotation) ? 0 : before + amount
  const clientIds = after === 0 ? others : { ...others, [clientId]: after }
  return { ...counts, clientIds, total: counts.total - before + after, totalClientIds: Object.keys(clientIds).length }
}

function removes({ action }: WireAnnotation): boolean {
  return action === AnnotationAction.DELETE
}

function nameOf(annotation: WireAnnotation): string {
  return annotation.name ?? ''
}

function clientsIn(value: unknown): Clients {
  // Only the functions above write this value.
  return isRecord(value) && Array.isArray(value['clientIds']) ? (value as unknown as Clients) : NOBODY
}

function countsIn(value: unknown): Counts {
  // Only `counted` above writes this value.
  return isRecord(value) && isRecord(value['clientIds']) ? (value as unknown as Counts) : NOTHING
}
