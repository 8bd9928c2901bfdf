import type { DocumentSource } from './emitter.ts'

/** The pages that the model has found for one response, by the numbers under which it cites them. */
export interface FoundPages {
  /** The number of a page: of one that is found again, the same. */
  add(page: DocumentSource): number
  page(number: number): DocumentSource | undefined
  readonly count: number
}

export function createFoundPages(): FoundPages {
  const pages: DocumentSource[] = []
  return {
    add(page) {
      const at = pages.findIndex(({ id }) => id === page.id)
      return at < 0 ? pages.push(page) : at + 1
    },
    page: (number) => pages[number - 1],
    get count() {
      return pages.length
    },
  }
}
