import { expect, it } from 'vitest'
import { breachesIn } from '../check/search.ts'

const index = {
  search: (query: string) =>
    query === 'Postgres'
      ? [{ id: '/guide/why.html#a' }, { id: '/guide/why.html#b' }, { id: '/recipes/postgres.html#set-it-up' }]
      : query === 'agent'
        ? Array.from({ length: 9 }, (_, at) => ({ id: `/page-${at}.html#x` }))
        : [],
}

it('a page that the search shows among the first is no breach', () => {
  expect(breachesIn(index, { Postgres: 'recipes/postgres', agent: 'page-4' })).toEqual([])
})

it('a word that is not found, and a page that is shown too late, are breaches', () => {
  expect(breachesIn(index, { serverless: 'start/workers', agent: 'page-5' })).toEqual([
    'docs: the search for “serverless” finds nothing: it must show start/workers',
    'docs: the search for “agent” shows page-0, page-1, page-2, page-3, page-4: it must show page-5',
  ])
})
