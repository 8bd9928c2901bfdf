import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it, onTestFinished } from 'vitest'
import { rest, serve } from './fixture.ts'

const cli = fileURLToPath(new URL('../src/cli.ts', import.meta.url))
const IN_USE = /unable to open the data file ".+"; another server uses it: stop that one, or choose another file/

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'local-ably-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

async function start(file: string): Promise<{ output: string; child: ReturnType<typeof spawn> }> {
  const child = spawn(process.execPath, [cli, '--port', '0', '--data', file])
  onTestFinished(() => void child.kill('SIGKILL'))
  let output = ''
  const said = new Promise<void>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (data: Buffer) => {
        output += String(data)
        if (/local Ably {2}|unable/.test(output)) resolve()
      })
    }
  })
  await said
  return { output, child }
}

it('starts no second server on the same file, in this process or in another, by whatever path', async () => {
  const path = folder()
  const file = join(path, 'a.sqlite')
  const first = await serve({ data: file })
  await expect(serve({ data: file })).rejects.toThrow(IN_USE)
  symlinkSync(file, join(path, 'b.sqlite'))
  expect((await start(join(path, 'b.sqlite'))).output).toMatch(IN_USE)
  await rest(first).channels.get('room').publish('n', 'd')
  await first.close()
  const second = await serve({ data: file })
  expect((await rest(second).channels.get('room').history()).items).toHaveLength(1)
})

it('is not kept from its file by a server that was killed', async () => {
  const file = join(folder(), 'a.sqlite')
  const { child } = await start(file)
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
  await serve({ data: file })
})

it.each([
  ['a folder', () => folder(), 'the folder does not exist, or this process may not write the file'],
  ['in a folder that is not there', () => join(folder(), 'none', 'a.sqlite'), 'the folder does not exist'],
  ['a text', () => textIn(folder()), 'it is no database: choose another file'],
  ...(process.platform === 'linux' ? ([['on a full disk', () => '/dev/full', 'the disk is full: make room']] as const) : []),
] as const)('says what is wrong with a file that it cannot open, and what to do: %s', async (_, file, reason) => {
  await expect(serve({ data: file() })).rejects.toThrow(`; ${reason}`)
})

function textIn(folder: string): string {
  const file = join(folder, 'notes.txt')
  writeFileSync(file, 'Not a database.\n'.repeat(100))
  return file
}
