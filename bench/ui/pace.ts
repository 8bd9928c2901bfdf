import { setTimeout as sleep } from 'node:timers/promises'

/** Tokens in a second. */
export const rate = 150

/** Sends tokens at the rate, each when it is due. @param told called with how many were sent, now and then. */
export async function pace<Token>(
  tokens: readonly Token[],
  send: (token: Token) => void,
  told: (sent: number) => Promise<void> | void,
): Promise<void> {
  const start = performance.now()
  for (let sent = 0; sent < tokens.length;) {
    const due = Math.min(tokens.length, Math.floor(((performance.now() - start) / 1000) * rate))
    for (; sent < due; sent++) send(tokens[sent]!)
    await told(sent)
    await sleep(4)
  }
}
