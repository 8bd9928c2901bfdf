import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { commandBreach } from '../check/commands.ts'
import { forwarders, services } from '../dev/services.ts'
import { root } from '../workspace.ts'

interface DevContainer {
  readonly forwardPorts: readonly number[]
  readonly portsAttributes: Readonly<Record<string, { readonly label: string }>>
  readonly secrets: Readonly<Record<string, unknown>>
  readonly postCreateCommand: string
  readonly postAttachCommand: string
}

interface Tasks {
  readonly setupTasks: readonly { readonly command: string }[]
  readonly tasks: Readonly<Record<string, { readonly command: string; readonly preview?: { readonly port: number } }>>
}

const read = (path: string): unknown => JSON.parse(readFileSync(root + path, 'utf8'))
const ports = services(['react', 'vue'], {}).map(({ port, name }) => ({ port, name }))

describe('opened with one click', () => {
  it('a dev container shows every server of pnpm dev under its name, and starts them', () => {
    const container = read('.devcontainer/devcontainer.json') as DevContainer // Looked at below.
    expect(container.forwardPorts.toSorted()).toEqual(ports.map(({ port }) => port).toSorted())
    for (const { port, name } of ports) expect(container.portsAttributes[port]?.label.toLowerCase()).toBe(name.toLowerCase())
    for (const command of [container.postCreateCommand.replaceAll('sudo ', ''), container.postAttachCommand])
      expect(commandBreach(command, []), command).toBeUndefined()
    const variables = readFileSync(`${root}.env.example`, 'utf8')
    for (const secret of Object.keys(container.secrets)) expect(variables).toContain(`\n${secret}=`)
  })

  it('local Ably answers under the names of the forwarders there, and of none elsewhere', () => {
    const hosts = (env: NodeJS.ProcessEnv) =>
      services(['react'], env)[0]?.args.filter((_, index, args) => args[index - 1] === '--allow-host')
    expect(hosts({})).toEqual([])
    expect(hosts({ DEV_ALLOWED_HOSTS: ' box.test, .tunnel.test,' })).toEqual(['box.test', '.tunnel.test'])
    for (const variables of [{ DEV_HOST: '0.0.0.0' }, { CODESPACES: 'true' }, { GITPOD_WORKSPACE_ID: 'x' }])
      expect(hosts(variables)).toEqual(forwarders)
    const vite = readFileSync(`${root}apps/shared/src/dev/vite.ts`, 'utf8')
    for (const forwarder of forwarders) expect(vite).toContain(`'${forwarder}'`)
  })

  it('CodeSandbox runs tasks that exist, and shows an app', () => {
    const { setupTasks, tasks } = read('.codesandbox/tasks.json') as Tasks // Looked at below.
    for (const { command } of [...setupTasks, ...Object.values(tasks)])
      expect(commandBreach(command, []), command).toBeUndefined()
    expect(ports.map(({ port }) => port)).toContain(tasks['dev']?.preview?.port)
  })
})
