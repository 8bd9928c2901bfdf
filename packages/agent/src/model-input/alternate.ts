import type { Role } from '@streamfold/core'

/** One message, as a model input sees it. */
export interface Item {
  readonly role: Role
  /** What is compared to find a repetition; undefined for a message that is never left out as one. */
  readonly said: string | undefined
}

/** Messages of one role in a row. Never empty. */
export interface RoleRun<T extends Item> {
  readonly role: Role
  readonly items: readonly T[]
}

/**
 * Groups messages by role, so that the roles alternate, beginning with the user's:
 * - answers before the first prompt are left out;
 * - a message that only repeats the one before it, of the same role, is left out, as a prompt that was asked again after its answer had failed.
 */
export function alternate<T extends Item>(items: readonly T[]): readonly RoleRun<T>[] {
  const runs: { readonly role: Role; readonly items: T[] }[] = []
  let before: string | undefined
  for (const item of items) {
    const { role, said } = item
    const last = runs.at(-1)
    if (last?.role !== role) {
      if (last || role === 'user') runs.push({ role, items: [item] })
    } else if (said === undefined || said !== before) {
      last.items.push(item)
    }
    before = said
  }
  return runs
}
