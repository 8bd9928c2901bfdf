/** `fetch` with the errors of Chromium, which libraries look for: Node says `terminated` where a response breaks off, Chromium `network error`. */
export const browserFetch: typeof fetch = async (input, init) => {
  const response = await fetch(input, init)
  if (!response.body) return response
  const reader = response.body.getReader()
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await reader.read()
        if (done) controller.close()
        else controller.enqueue(value)
      } catch (error) {
        controller.error(
          error instanceof TypeError && error.message === 'terminated' ? new TypeError('network error', { cause: error }) : error,
        )
      }
    },
    cancel: (reason) => reader.cancel(reason),
  })
  const { status, statusText, headers, url } = response
  const copy = new Response(body, { status, statusText, headers })
  Object.defineProperty(copy, 'url', { value: url })
  return copy
}
