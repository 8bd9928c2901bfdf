import MiniSearch from 'minisearch'
import type { Passage } from './knowledge.ts'

/** Words that carry no meaning for a search. */
const stopWords = new Set(
  (
    'a about again all am an and any are as at be been but by can could did do does doing for from get give go had happen happens has have ' +
    'how i if in into is it its just let like many me mean means might more most much must my no not of off on one or our ' +
    'please s shall should show so some tell than that the their them then there these they thing things this those to too ' +
    'up us use used using very was we were what when where which while who why will with would write you your'
  ).split(' '),
)

/** Finds the passage that answers a question; undefined when none does. */
export type FindPassage = (question: string) => Passage | undefined

export function createFindPassage(passages: readonly Passage[]): FindPassage {
  const byName = new Map(passages.map((passage) => [passage.name, passage]))
  // One entry for each way of asking, so that a short question is not outweighed by a passage with many.
  const entries = passages.flatMap(({ name, title, asks, text }) =>
    asks.map((ask, n) => ({ id: `${name} ${n}`, name, title, ask, text })),
  )
  const search = new MiniSearch<(typeof entries)[number]>({
    fields: ['title', 'ask', 'text'],
    storeFields: ['name'],
    processTerm: (term) => contentWord(term),
    searchOptions: {
      boost: { ask: 8, title: 4 },
      fuzzy: (term) => (term.length > 5 ? 0.2 : false),
      prefix: (term) => term.length > 3,
    },
  })
  search.addAll(entries)

  function answerTo(words: ReadonlySet<string>): Passage | undefined {
    const [best] = search.search([...words].join(' '))
    if (!best) return undefined
    // A single occurrence of a word does not mean that the text answers the question.
    const topical = new Set(
      Object.entries(best.match).flatMap(([term, fields]) => (fields.some((field) => field !== 'text') ? [term] : [])),
    )
    const understood = best.queryTerms.filter((word) => [...topical].some((term) => isForm(word, term))).length
    return understood / words.size >= 0.5 ? byName.get(String(best['name'])) : undefined
  }

  return (question) => {
    const words = wordsOf(question)
    // Nothing but small talk: "how are you", "what can you do".
    if (words.size === 0) return question.trim() === '' ? undefined : byName.get('hello')
    const whole = answerTo(words)
    if (whole) return whole
    // One of several sentences may be a question that is known; a greeting before it is none.
    const known = question.split(/[.?!;\n]+/).flatMap((sentence) => {
      const some = wordsOf(sentence)
      return some.size > 0 && some.size < words.size ? (answerTo(some) ?? []) : []
    })
    return known.find(({ name }) => name !== 'hello') ?? known[0]
  }
}

function wordsOf(text: string): ReadonlySet<string> {
  return new Set(text.split(/[^\p{L}\p{N}_]+/u).flatMap((word) => contentWord(word) ?? []))
}

/** Lower case, without a plural's ending; null for words that do not count. */
function contentWord(term: string): string | null {
  const word = term.toLowerCase().replace(/['’]\w*$/u, '')
  if (word === '' || stopWords.has(word)) return null
  return word.length > 3 && word.endsWith('s') && !word.endsWith('ss') ? word.slice(0, -1) : word
}

/** Whether the index's `term` is how it understood the question's `word`. */
function isForm(word: string, term: string): boolean {
  const shared = Math.min(3, word.length, term.length)
  return term === word || (word.length > 3 && term.slice(0, shared) === word.slice(0, shared))
}
