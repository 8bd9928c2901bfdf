#!/usr/bin/env node
import module from 'node:module'
import { exitCode } from './exit-code.ts'
import { main } from './main.ts'

// The command prints its own errors; the client's development hints would appear beside them.
process.env['NODE_ENV'] = 'production'
// Halves the start time. Node 20 does not have it.
module.enableCompileCache?.()

for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    // The reader of the output has closed the pipe.
    if (error.code === 'EPIPE') process.exit(exitCode.ok)
    process.stderr.write(`unable to print; ${error.message}: print to another place\n`)
    process.exit(exitCode.file)
  })
}

const code = await main(process.argv.slice(2), {
  env: process.env,
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  interrupted,
})
await written(process.stdout)
// Nothing that a client may have left behind keeps the process.
process.exit(code)

/** Once: a second Ctrl-C ends it at once, as Node does by itself. */
function interrupted(): AbortSignal {
  const interruption = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => interruption.abort())
  return interruption.signal
}

/** Resolves when all that was printed is on its way, also where output is not written at once. */
function written(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => void stream.write('', () => resolve()))
}
