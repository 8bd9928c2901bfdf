import type { Answer } from '../harness/try-law.ts'
import type { Law } from '../laws/law.ts'
import type { Column } from './results.ts'

const cells: Readonly<Record<Answer['answer'], string>> = {
  yes: 'yes',
  no: '**no**',
  'by design': 'by design',
  'not applicable': '–',
}

/** The table, and what each of its cells rests on. */
export function tableOf(columns: readonly Column[], laws: readonly Law[]): string {
  const table = [
    row(['law', ...columns.map(({ name }) => name)]),
    row(['---', ...columns.map(() => '---')]),
    ...laws.map(({ id, question }) =>
      row([`[${id}](#${id}): ${question}`, ...columns.map(({ answers }) => cellOf(answers[id]))]),
    ),
    row(['**kept, of those that apply**', ...columns.map(scoreOf)]),
  ]
  return [...table, '', ...setUps(columns), ...rules(laws), ...reasons(columns, laws)].join('\n')
}

/** A new law has no answer in a column until that is tried again, as `staleness` says. */
function cellOf(answer: Answer | undefined): string {
  return answer ? cells[answer.answer] : 'not tried'
}

function row(texts: readonly string[]): string {
  return `| ${texts.join(' | ')} |`
}

function scoreOf({ answers }: Column): string {
  const all = Object.values(answers)
  const kept = all.filter(({ answer }) => answer === 'yes').length
  return `${kept} of ${kept + all.filter(({ answer }) => answer === 'no').length}`
}

function setUps(columns: readonly Column[]): string[] {
  const lines = columns.map(({ id, name, versions, setUp, address, date, rounds, node }) => {
    const releases = Object.entries(versions).map(([name, version]) => `\`${name}\` ${version}`)
    const where = address.startsWith('https:') ? `[documentation](${address})` : `\`${address}\``
    return `| ${name} | ${releases.join(', ')} | ${setUp} (${where}) | ${date}, Node ${node}, ${rounds} times: \`pnpm conformance ${id}\` |`
  })
  return ['## How each was set up', '', '| layer | releases | set-up | tried |', '|---|---|---|---|', ...lines, '']
}

function rules(laws: readonly Law[]): string[] {
  return ['## The rules', '', ...laws.flatMap(({ id, question, rule }) => [`### ${id}`, '', `${question} ${rule}`, ''])]
}

function reasons(columns: readonly Column[], laws: readonly Law[]): string[] {
  const of = (wanted: Answer['answer'], line: (column: Column, id: string, reason: string) => string): string[] =>
    columns.flatMap((column) =>
      laws.flatMap(({ id }) => {
        const answer = column.answers[id]
        return answer?.answer === wanted ? [line(column, id, answer.reason ?? '')] : []
      }),
    )
  const nos = of('no', ({ name, id: layer }, id, reason) =>
    row([name, `[${id}](#${id})`, escaped(reason), `\`node scripts/${layer}.mjs ${id}\``, `\`pnpm conformance ${layer}/${id}\``]),
  )
  const others = [
    ...of('by design', ({ name }, id, reason) => `| ${name} | [${id}](#${id}) | by design: ${escaped(reason)} |`),
    ...of('not applicable', ({ name }, id, reason) => `| ${name} | [${id}](#${id}) | does not apply: ${escaped(reason)} |`),
  ]
  return [
    '## What each no rests on',
    '',
    ...(nos.length > 0
      ? ['| layer | law | what was not so | with the library alone | with the suite |', '|---|---|---|---|---|', ...nos, '']
      : ['There is none.', '']),
    '## What is not counted',
    '',
    ...(others.length > 0 ? ['| layer | law | why |', '|---|---|---|', ...others] : ['Everything is.']),
  ]
}

function escaped(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll('{', '&#123;').replaceAll('\n', ' ')
}
