import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** Names the process that listens on a local port, as far as this machine tells; undefined where it does not. */
export function portHolder(port: number): string | undefined {
  const pid = pidOn(port)
  if (pid === undefined) return undefined
  return `process ${pid}${commandOf(pid)}`
}

export function pidOn(port: number): number | undefined {
  return process.platform === 'linux' ? pidFromProc(port) : pidFromLsof(port)
}

function pidFromLsof(port: number): number | undefined {
  try {
    const out = execFileSync('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-t'], { encoding: 'utf8', stdio: 'pipe' })
    return Number(out.split('\n')[0]) || undefined
  } catch {
    return undefined // No lsof on this machine, or nothing listens: the message goes without a name.
  }
}

function pidFromProc(port: number): number | undefined {
  const inodes = new Set(['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) => listeningInodes(file, port)))
  if (inodes.size === 0) return undefined
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      for (const fd of readdirSync(`/proc/${pid}/fd`)) {
        const inode = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1]
        if (inode !== undefined && inodes.has(inode)) return Number(pid)
      }
    } catch {
      // Another user's process, or one that has just ended: it cannot be read, the next may.
    }
  }
  return undefined
}

function listeningInodes(file: string, port: number): string[] {
  const LISTEN = '0A'
  const wanted = port.toString(16).toUpperCase().padStart(4, '0')
  return readFileSync(file, 'utf8')
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[3] === LISTEN && fields[1]?.endsWith(`:${wanted}`))
    .map((fields) => fields[9]!)
}

function commandOf(pid: number): string {
  try {
    return ` (${execFileSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8', stdio: 'pipe' })
      .trim()
      .slice(0, 120)})`
  } catch {
    return '' // No ps: the number has to do.
  }
}
