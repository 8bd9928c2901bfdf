import { execFileSync } from 'node:child_process'
import { chownSync, existsSync, globSync, mkdtempSync, rmSync } from 'node:fs'
import { userInfo } from 'node:os'
import { dirname, join } from 'node:path'

/** A PostgreSQL server of one test file. */
export interface PostgresServer {
  /** For `new Pool`. */
  readonly connection: { readonly host: string; readonly user: string; readonly database: string }
  readonly version: string
  stop(): void
}

interface Account {
  readonly uid?: number
  readonly gid?: number
}

const folder = serverFolder()

/** Why no server can be started here; undefined if one can. */
export const unavailable: string | undefined =
  folder === undefined
    ? 'there is no PostgreSQL server on this machine: install the package postgresql'
    : account() === undefined
      ? 'PostgreSQL refuses to run as root, and there is no user postgres'
      : undefined

/** Starts a server with a data folder of its own, on a socket in that folder. @param settings as `-c` of postgres takes them */
export function startPostgres(...settings: readonly string[]): PostgresServer {
  const owner = account()
  if (folder === undefined || owner === undefined) throw new Error(unavailable)
  // A socket's path may have some hundred bytes only, which the folder for temporary files of some systems has already.
  const directory = mkdtempSync('/tmp/streamfold-pg-')
  if (owner.uid !== undefined && owner.gid !== undefined) chownSync(directory, owner.uid, owner.gid)
  const data = join(directory, 'data')
  const run = (program: string, ...args: readonly string[]) =>
    execFileSync(join(folder, program), args, {
      ...owner,
      cwd: directory,
      env: { ...process.env, LC_ALL: 'C' },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
  // The language of most databases, whose order is not that of code units.
  run('initdb', '--pgdata', data, '--username', 'streamfold', '--auth', 'trust', '--encoding', 'UTF8', ...language(), '--no-sync')
  const options = ['listen_addresses=', `unix_socket_directories=${directory}`, 'fsync=off', ...settings]
  const log = join(directory, 'log')
  run('pg_ctl', 'start', '--pgdata', data, '--wait', '--log', log, '--options', options.map((each) => `-c ${each}`).join(' '))
  return {
    connection: { host: directory, user: 'streamfold', database: 'postgres' },
    version: execFileSync(join(folder, 'postgres'), ['--version'], { ...owner, encoding: 'utf8' }).trim(),
    stop() {
      run('pg_ctl', 'stop', '--pgdata', data, '--mode', 'immediate', '--wait')
      rmSync(directory, { recursive: true })
    },
  }
}

/** Where the server's programs are: Debian keeps them off the PATH. The newest release first. */
function serverFolder(): string | undefined {
  const debian = globSync('/usr/lib/postgresql/*/bin/pg_ctl').toSorted(
    (a, b) => Number(b.split('/')[4]) - Number(a.split('/')[4]),
  )
  const path = (process.env['PATH'] ?? '').split(':').map((each) => join(each, 'pg_ctl'))
  const found = [...debian, ...path].find((file) => existsSync(file) && existsSync(join(dirname(file), 'initdb')))
  return found && dirname(found)
}

/** The account that the server runs as; undefined if there is none. */
function account(): Account | undefined {
  if (userInfo().uid !== 0) return {}
  const id = (kind: string) =>
    Number(execFileSync('id', [kind, 'postgres'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }))
  try {
    return { uid: id('-u'), gid: id('-g') }
  } catch {
    return undefined // Nobody of this name.
  }
}

function language(): readonly string[] {
  return ['--locale-provider', 'icu', '--icu-locale', 'en', '--locale', 'C.UTF-8']
}
