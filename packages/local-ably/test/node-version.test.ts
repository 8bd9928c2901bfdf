import { describe, expect, it } from 'vitest'
import { requireNode } from '../src/node-version.ts'

describe('the Node it runs on', () => {
  it.each(['22.13.0', '22.20.1', '24.0.0', '100.1.2'])('%s will do', (version) => {
    expect(() => requireNode(version)).not.toThrow()
  })

  it.each(['18.20.0', '20.20.2', '22.12.9'])('%s is told what to do', (version) => {
    expect(() => requireNode(version)).toThrow(
      `it needs Node 22.13 or newer for node:sqlite, and this is ${version}: update Node`,
    )
  })
})
