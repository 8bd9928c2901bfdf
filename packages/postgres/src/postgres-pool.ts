/** What the archive needs of a `Pool` of `pg`. A `Client` has it, and so do PGlite and what stands between your program and a database. */
export interface PostgresPool {
  /** Runs one statement, in a transaction of its own. */
  query(text: string, values?: unknown[]): Promise<{ readonly rows: readonly unknown[] }>
}

export interface PostgresOptions {
  /** The schema with the archive's tables: letters, digits and `_`. Default `streamfold`. */
  readonly schema?: string
}

/** The schema as SQL. @throws TypeError */
export function quotedSchema({ schema = 'streamfold' }: PostgresOptions): string {
  // It is written into statements, between all kinds of quotes.
  if (/^\w{1,63}$/.test(schema)) return `"${schema}"`
  throw new TypeError(
    `unable to use the schema ${JSON.stringify(schema)}; its name has other characters: give up to 63 letters, digits and _`,
  )
}

/** The code of what the database refused, whatever the driver. */
export function codeOf(error: unknown): unknown {
  return (error as { readonly code?: unknown } | undefined)?.code // The error of a driver, or of a connection.
}
