// pnpm scale [NAME=NUMBER …]: what a number of readers and agents needs of Ably, and whether its published limits hold it.
import process from 'node:process'
import { packages, resources, source } from './scale/limits.ts'
import type { Check, Load } from './scale/plan.ts'
import { aMillionReaders, isMet, planFor } from './scale/plan.ts'

const load = { ...aMillionReaders, ...given(process.argv.slice(2)) }
const plan = planFor(load)

const show = (value: number): string =>
  value === Number.POSITIVE_INFINITY ? 'unlimited' : value.toLocaleString('en', { maximumFractionDigits: 2 })

console.log('load')
for (const [name, value] of Object.entries(load)) console.log(`  ${name} = ${show(value)}`)
console.log('\nneeds')
for (const [name, value] of Object.entries(plan)) {
  if (name === 'checks' || name === 'fits') continue
  console.log(`  ${name} = ${typeof value === 'number' ? show(value) : String(value)}`)
}
console.log(`\nlimits of ${plan.fits ?? 'no package; beside those of enterprise'}`)
for (const each of plan.checks)
  console.log(
    `  ${isMet(each) ? '✓' : each.agreed ? '?' : '✗'} ${each.name}: ${show(each.value)} of ${show(each.limit)}${adviceOf(each)}`,
  )
console.log(`\nAs published on ${source.packages} and ${source.resources}, read ${source.read}.`)
console.log(
  `${Object.keys(packages).length} packages; a connection publishes ${resources.inboundPerConnection} messages a second, on at most ${resources.channelsPerConnection} channels.`,
)

function adviceOf(each: Check): string {
  if (isMet(each)) return ''
  return each.agreed ? `, which is agreed on with Ably; otherwise ${each.remedy}` : `: ${each.remedy}`
}

/** @throws RangeError for a name that is none */
function given(words: readonly string[]): Partial<Load> {
  return Object.fromEntries(
    words.map((word) => {
      const [name = '', value = ''] = word.split('=')
      if (!(name in aMillionReaders))
        throw new RangeError(
          `unable to calculate; there is no input ${name}: give one of ${Object.keys(aMillionReaders).join(', ')}`,
        )
      return [name, value.trim() === '' ? Number.NaN : Number(value.replaceAll('_', ''))]
    }),
  )
}
