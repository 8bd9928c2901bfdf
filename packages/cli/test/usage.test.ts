import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { exitCode, main } from '../src/index.ts'
import { oneLine } from './run.ts'

const secret = 'cH4ng3d0ften-and-long-enough-to-be-one'

/** Runs a command line in this process. */
async function run(args: readonly string[]) {
  let stdout = ''
  let stderr = ''
  const code = await main(args, {
    env: {},
    stdin: Readable.from([]),
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
    interrupted: () => new AbortController().signal,
  })
  return { code, stdout, stderr }
}

describe('a command line that makes no sense', () => {
  it.for<[string, readonly string[], RegExp]>([
    ['a key that is none', ['tail', 'ai:x', '--key', secret], /--key; it is not an Ably API key/],
    ['a key in the place of a channel and one too many', ['tail', `app1.key1:${secret}`, 'ai:x'], /there is more than CHANNEL/],
    ['no channel', ['record', '--local'], /CHANNEL is missing/],
    ['no such command', ['follow', 'ai:x'], /there is no such command/],
    ['no such option', ['tail', 'ai:x', '--what'], /Unknown option '--what'/],
    ['an option without its value', ['tail', 'ai:x', '--for'], /--for/],
    ['a number that is none', ['tail', 'ai:x', '--local', '--for', 'ever'], /--for ever is not a number/],
    [
      'a number below zero',
      ['tail', 'ai:x', '--local', '--for', '-1'],
      /--for is followed by no value; .* written --for=-1: see/,
    ],
    ['a number below zero, well written', ['tail', 'ai:x', '--local', '--for=-1'], /--for -1 is not a number from 0 to 2000000/],
    ['a port that is none', ['tail', 'ai:x', '--local', '99999'], /--local 99999 is not a whole number from 1 to 65535/],
    ['a channel without a name', ['tail', '', '--local'], /CHANNEL is empty/],
    ['a log without a name', ['diff', 'a.log', ''], /B is empty/],
    ['a file without a name', ['record', 'ai:x', '--local', '-o', ''], /--output is empty/],
    ['two hosts', ['tail', 'ai:x', '--local', '--endpoint', 'example'], /--local \[PORT\] says where already/],
    ['a port of no host', ['tail', 'ai:x', '--port', '4510'], /name it with --endpoint/],
    ['a rewind that is none', ['tail', 'ai:x', '--local', '--rewind', 'soon'], /--rewind soon is neither/],
    ['two kinds of output', ['tail', 'ai:x', '--local', '--json', '--text'], /--json and --text exclude each other/],
    ['one log to compare', ['diff', 'a.log'], /one log is the same as itself/],
  ])('%s', async ([, args, message]) => {
    const { code, stdout, stderr } = await run(args)
    expect([code, stdout]).toEqual([exitCode.usage, ''])
    expect(stderr).toMatch(oneLine)
    expect(stderr).toMatch(message)
    expect(stderr).not.toContain(secret)
  })
})

describe('a question about the program', () => {
  it('is answered: how it is used, how a command is, and which version it is', async () => {
    const help = await run(['--help'])
    expect(help).toEqual({ code: exitCode.ok, stdout: expect.stringContaining('Exit codes: 0 done'), stderr: '' })
    expect(await run([])).toEqual({ code: exitCode.usage, stdout: '', stderr: help.stdout })
    for (const command of ['tail', 'record', 'replay', 'diff'])
      expect((await run([command, '--help'])).stdout).toContain(`streamfold ${command} `)
    expect(await run(['--version'])).toEqual({
      code: exitCode.ok,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
      stderr: '',
    })
  })
})
