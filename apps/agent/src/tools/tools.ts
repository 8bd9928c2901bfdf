import type { ToolSet } from 'ai'
import { parsePartialJson, tool } from 'ai'
import * as v from 'valibot'
import { calculate } from './calculate.ts'
import type { DocsIndex } from './docs-index.ts'
import type { ChartRow, Emit } from './emitter.ts'
import type { FoundPages } from './found-pages.ts'
import { schemaOf } from './schema-of.ts'

/** Rows of a chart at most: each new one sends the chart again. */
const MOST_ROWS = 24

const Search = v.object({ query: v.pipe(v.string(), v.minLength(1), v.maxLength(200)) })
const Calculation = v.object({ expression: v.pipe(v.string(), v.minLength(1), v.maxLength(400)) })
const Row = v.object({ label: v.pipe(v.string(), v.maxLength(80)), value: v.pipe(v.number(), v.finite()) })
const ChartInput = v.object({
  title: v.pipe(v.string(), v.maxLength(120)),
  unit: v.optional(v.pipe(v.string(), v.maxLength(20))),
  rows: v.pipe(v.array(Row), v.minLength(1), v.maxLength(MOST_ROWS)),
})

/**
 * The tools of one response. They read the documentation and the model's input only: they have no side effect, so they need no approval, and a
 * call that a crash interrupted may be made again.
 *
 * @param emit adds to the response what is to be seen of them: sources, a progress card, a chart
 * @param found takes the pages that a search gives, for the references of the model
 */
export function createTools(docs: DocsIndex, emit: Emit, found: FoundPages): ToolSet {
  const charts = new Map<string, { text: string; shown: number }>()

  const searchDocs = tool({
    title: 'Search the documentation',
    description: 'Searches the documentation of Streamfold. Cite what you use by the numbers of the pages, as in [1].',
    inputSchema: schemaOf(Search, {
      type: 'object',
      properties: { query: { type: 'string', description: 'Words to look for' } },
      required: ['query'],
      additionalProperties: false,
    }),
    async execute({ query }, { toolCallId: id }) {
      const label = `Searching the documentation for “${query}”`
      const total = docs.pages.length
      emit({ type: 'data-progress', id, data: { label, value: 0, detail: `${total} pages` } })
      const pages = docs.search(query).map((page) => {
        const { path, title } = page
        const source = {
          type: 'source',
          sourceType: 'document',
          id: path,
          mediaType: 'text/markdown',
          title,
          filename: path,
        } as const
        emit(source)
        return { number: found.add(source), ...page }
      })
      emit({ type: 'data-progress', id, data: { label, value: 1, detail: `${pages.length} of ${total} pages` } })
      return { pages }
    },
  })

  const calculator = tool({
    title: 'Calculate',
    description: 'Calculates an expression, such as 12 * (3 + 4) or sqrt(2).',
    inputSchema: schemaOf(Calculation, {
      type: 'object',
      properties: {
        expression: { type: 'string', description: 'Numbers, + - * / % ^, parentheses, pi, e, sqrt and other functions' },
      },
      required: ['expression'],
      additionalProperties: false,
    }),
    execute: async ({ expression }) => ({ expression, value: calculate(expression) }),
  })

  const chart = tool({
    title: 'Draw a chart',
    description: `Draws a bar chart for the user, with up to ${MOST_ROWS} rows. The user sees it; do not repeat its rows.`,
    inputSchema: schemaOf(ChartInput, {
      type: 'object',
      properties: {
        title: { type: 'string' },
        unit: { type: 'string' },
        rows: {
          type: 'array',
          maxItems: MOST_ROWS,
          items: {
            type: 'object',
            properties: { label: { type: 'string' }, value: { type: 'number' } },
            required: ['label', 'value'],
            additionalProperties: false,
          },
        },
      },
      required: ['title', 'rows'],
      additionalProperties: false,
    }),
    onInputStart({ toolCallId }) {
      charts.set(toolCallId, { text: '', shown: 0 })
    },
    /** Draws each row when the model has written it. */
    async onInputDelta({ inputTextDelta, toolCallId: id }) {
      const drawn = charts.get(id)
      if (!drawn) return
      drawn.text += inputTextDelta
      // A row is complete when its object is closed.
      if (!inputTextDelta.includes('}')) return
      // Without the beginning of the next row, whose number may be cut.
      const { value } = await parsePartialJson(drawn.text.slice(0, drawn.text.lastIndexOf('}') + 1))
      const { title, unit, rows } = partialChart(value)
      if (rows.length <= drawn.shown) return
      drawn.shown = rows.length
      emit({ type: 'data-chart', id, data: { title, ...(unit !== undefined && { unit }), rows } })
    },
    async execute({ title, unit, rows }, { toolCallId: id }) {
      charts.delete(id)
      emit({ type: 'data-chart', id, data: { title, ...(unit !== undefined && { unit }), rows } })
      return { rows: rows.length }
    },
  })

  return { ...(docs.pages.length > 0 && { searchDocs }), calculator, chart }
}

function partialChart(value: unknown): {
  readonly title: string
  readonly unit: string | undefined
  readonly rows: readonly ChartRow[]
} {
  const { title, unit, rows } = typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {} // Each field is checked.
  const complete = (Array.isArray(rows) ? rows.slice(0, MOST_ROWS) : []).filter((row): row is ChartRow => v.is(Row, row))
  return { title: typeof title === 'string' ? title : '', unit: typeof unit === 'string' ? unit : undefined, rows: complete }
}
