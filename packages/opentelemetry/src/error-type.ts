/** Names an error for the attribute `error.type`, in few words and without its contents: a code, or the name of its class. */
export function errorType(error: unknown): string {
  if (typeof error !== 'object' || error === null) return OTHER
  const { code, name, cause } = error as { readonly code?: unknown; readonly name?: unknown; readonly cause?: unknown } // Of unknown fields.
  if (typeof code === 'number' || (typeof code === 'string' && /^[\w-]{1,64}$/.test(code))) return String(code)
  // The reason why a tool failed says more than that it did.
  if (name === 'ToolError' && cause !== undefined) return errorType(cause)
  return typeof name === 'string' && name !== 'Error' && /^\w{1,64}$/.test(name) ? name : OTHER
}

/** What the conventions write where there is no better name. */
const OTHER = '_OTHER'
