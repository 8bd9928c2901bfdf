/** The error of a call that must fail. */
export async function failureOf(call: Promise<unknown>): Promise<string> {
  try {
    await call
  } catch (error) {
    return (error as Error).message // The bindings throw nothing else.
  }
  return 'it did not fail'
}
