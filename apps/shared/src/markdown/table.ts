import { texts } from '../texts.ts'
import type { Block } from './block.ts'
import { scrollable } from './scrollable.ts'

/** How the cells of each column stand; empty where the text does not say. */
const columns = new WeakMap<Element, readonly string[]>()

export function table(): Block {
  const outer = document.createElement('div')
  outer.className = 'table'
  scrollable(outer, texts.table)
  const inner = document.createElement('table')
  outer.append(inner)
  return { outer, inner }
}

/** The first row is the head; the others share one body. */
export function tableRow(parent: HTMLElement): Block {
  const row = document.createElement('tr')
  const body = parent.children[1]
  if (body) {
    body.append(row)
    return { outer: body, inner: row }
  }
  const section = document.createElement(parent.children.length === 0 ? 'thead' : 'tbody')
  section.append(row)
  return { outer: section, inner: row }
}

export function tableCell(row: HTMLElement): Block {
  const heading = row.parentElement?.tagName === 'THEAD'
  const cell = document.createElement(heading ? 'th' : 'td')
  if (heading) cell.setAttribute('scope', 'col')
  align(cell, columns.get(row.closest('table') ?? row)?.[row.children.length])
  return { outer: cell, inner: cell }
}

/** @param rule the line below the head, such as `|:---|---:|` */
export function alignColumns(table: HTMLElement, rule: string): void {
  const sides = rule
    .replace(/^\s*\||\|\s*$/g, '')
    .split('|')
    .map(sideOf)
  columns.set(table, sides)
  for (const [index, cell] of table.querySelectorAll('th').entries()) align(cell, sides[index])
}

function sideOf(rule: string): string {
  const mark = rule.trim()
  if (!mark.endsWith(':')) return ''
  return mark.startsWith(':') ? 'center' : 'end'
}

function align(cell: HTMLElement, side = ''): void {
  if (side !== '') cell.dataset['align'] = side
}
