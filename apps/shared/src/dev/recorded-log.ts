import type { PlayedLog } from '@streamfold/client'
import { playLog } from '@streamfold/client'
import { importLog } from '@streamfold/core/log'
import type { AskedLog } from './asked-log.ts'

/** Loads a log and prepares to play it. @throws with a sentence for the page when it cannot be loaded or is no log */
export async function loadLog({ url, speed }: AskedLog, origin: string): Promise<PlayedLog> {
  if (new URL(url).origin !== new URL(origin).origin)
    throw new Error('unable to show the log; it is on another server: put it on the server of this page')
  const response = await fetch(url)
  if (!response.ok) throw new Error(`unable to show the log; the server answered ${response.status}: check the address`)
  return playLog(importLog(await response.text()), { speed })
}
