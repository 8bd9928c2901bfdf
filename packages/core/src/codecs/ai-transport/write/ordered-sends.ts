/** Sends the operations of a run in the order of the calls, whichever message they are for. */
export interface OrderedSends {
  /** @param ready the serial that the operation needs: the answer to an operation before it */
  send<Result>(ready: Promise<string>, operation: (serial: string) => Promise<Result>): Promise<Result>
}

export function createOrderedSends(): OrderedSends {
  let queue: Promise<unknown> = Promise.resolve()
  return {
    send(ready, operation) {
      // In an object, because a promise would be awaited.
      const sent = queue.then(async () => {
        const answered = operation(await ready)
        answered.catch(() => undefined) // The caller gets the rejection a little later.
        return { answered }
      })
      queue = sent.catch(() => undefined)
      return sent.then(({ answered }) => answered)
    },
  }
}
