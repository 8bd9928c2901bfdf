import { writeFileSync } from 'node:fs'
import { relative } from 'node:path'
import type { Reporter, TestModule, TestSpecification } from 'vitest/node'
import { reportFile } from './results.ts'
import { root } from './workspace.ts'

interface Failure {
  readonly message: string
  readonly stack?: string
}

/** For vitest: writes what has failed, errors outside of all tests too, which its json report does not have. */
export default class FailuresReporter implements Reporter {
  #started: readonly TestSpecification[] = []

  onTestRunStart(specifications: readonly TestSpecification[]): void {
    this.#started = specifications
  }

  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly Failure[]): void {
    const failed = modules.flatMap((module) => {
      const file = relative(root, module.moduleId)
      const tests = [...module.children.allTests('failed')].map((test) =>
        described(`${file} > ${test.fullName}`, test.result().errors ?? []),
      )
      return [...(module.errors().length > 0 ? [described(file, module.errors())] : []), ...tests]
    })
    const ended = new Set(modules.map(({ moduleId }) => moduleId))
    const lost = this.#started
      .filter(({ moduleId }) => !ended.has(moduleId))
      .map(({ moduleId }) => `${relative(root, moduleId)}: did not end`)
    const outside = unhandled.map((error) => described('outside of all tests', [error]))
    writeFileSync(reportFile('unit-failures'), JSON.stringify([...failed, ...lost, ...outside]))
  }
}

function described(name: string, errors: readonly Failure[]): string {
  const lines = errors.flatMap(({ message, stack = '' }) => [
    ...(stack.includes(message) ? [] : [message]),
    ...stack.split('\n').filter((line) => !line.includes('node_modules')),
  ])
  return [name, ...lines].join('\n').replaceAll(root, '')
}
