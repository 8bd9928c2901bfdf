const NEEDED = [22, 13] as const

/** Throws below Node 22.13, the first whose `node:sqlite` needs no flag. */
export function requireNode(version = process.versions.node): void {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major > NEEDED[0] || (major === NEEDED[0] && minor >= NEEDED[1])) return
  throw new Error(
    `unable to start local Ably; it needs Node ${NEEDED.join('.')} or newer for node:sqlite, and this is ${version}: update Node, or ` +
      'run it as a process of its own under a newer one (npx --yes --package=node@24 node node_modules/@streamfold/local-ably/dist/cli.js)',
  )
}
