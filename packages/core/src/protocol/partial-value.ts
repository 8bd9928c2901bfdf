/**
 * What a streaming JSON value may be before it is complete: any field may be missing, and the last string may be its beginning.
 * @typeParam T the type of the complete value
 */
export type PartialValue<T> = T extends string
  ? string
  : T extends unknown[]
    ? PartialValue<T[number]>[]
    : T extends readonly unknown[]
      ? readonly PartialValue<T[number]>[]
      : T extends object
        ? { [Name in keyof T]?: PartialValue<T[Name]> }
        : T
