export function expect(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(`the archive does not do what the port says: ${otherwise}`)
}

/** @throws if the two are not the same JSON. A field that is undefined is as good as none, because JSON has none. */
export function expectSame(found: unknown, expected: unknown, what: string): void {
  const [one, other] = [canonical(found), canonical(expected)]
  expect(one === other, `${what}\nfound    ${excerpt(one)}\nexpected ${excerpt(other)}`)
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) => (isRecord(each) ? sorted(each) : each)) ?? 'undefined'
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function sorted(record: Readonly<Record<string, unknown>>): unknown {
  return Object.fromEntries(Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

function excerpt(json: string): string {
  return json.length > 2_000 ? `${json.slice(0, 2_000)}… (${json.length} characters)` : json
}
