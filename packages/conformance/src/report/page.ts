import { readFileSync, writeFileSync } from 'node:fs'

const page = new URL('../../../../docs/pages/guide/conformance.md', import.meta.url)
const between = /<!-- conformance -->[\s\S]*<!-- \/conformance -->/

/** Whether the page of the documentation shows this table. */
export function showsTable(table: string): boolean {
  return readFileSync(page, 'utf8').includes(framed(table))
}

export function writeTable(table: string): void {
  const text = readFileSync(page, 'utf8')
  if (!between.test(text))
    throw new Error(
      'unable to write the table; docs/pages/guide/conformance.md has no <!-- conformance --> … <!-- /conformance -->',
    )
  writeFileSync(
    page,
    text.replace(between, () => framed(table)),
  )
}

function framed(table: string): string {
  return `<!-- conformance -->\n\n${table}\n\n<!-- /conformance -->`
}
