import { expect, it } from 'vitest'
import { phraseBreaches, proseFiles } from '../check/phrases.ts'
import { root } from '../workspace.ts'

const found = (text: string, path = 'a.ts') => phraseBreaches([{ path, text }])

it.each([
  'Whoever reads the history gets one message.',
  'The message is for whomever it concerns.',
  'The log is made anew.',
  'The connection is lost for good.',
  'An agent of ours answers.',
  'A client of theirs asks.',
  'No key of anybody’s is sent.'.replace('’', "'"),
  'An append is nothing to a component that only sends.',
  'Nobody is left to answer.',
  'A group is open as the record that it stands by is, and stands by its last mark.',
  'By what one sees: troubleshooting.',
  'An offline page accuses no agent.',
  'A response unheard for this long is stalled.',
  'The silence is judged while the channel is live.',
  'Silence is judged while the channel is live.',
  'The dialect of a channel.',
  'The list of wholes.',
  'A whole is silent when all of it is.',
  'Who asks for much waits behind itself.',
  'They wait. Who leaves may be back at once.',
  'What is refused for its rate is sent again.',
  'It is stored. What was read before is kept.',
])('finds the phrase in a comment, a string and a document: %s', (sentence) => {
  expect(found(`/** ${sentence} */`)).not.toEqual([])
  expect(found(`  // ${sentence}\nconst a = 1`)).not.toEqual([])
  expect(found(`throw new Error(\`${sentence}\`)`)).not.toEqual([])
  expect(found(sentence, 'a.md')).not.toEqual([])
  expect(found(`- ${sentence}`, 'a.md')).not.toEqual([])
})

it.each([
  'Entries are removed before they run, so a finished subscriber is not retained.',
  'Who may cancel is decided by client ids.',
  'Who is an agent? The client id decides.',
  'Which option, and what to give: a client that reads it, and who wrote it.',
  'There is nothing to stop.',
  'For good measure, and for good reasons, it is checked twice.',
  'What is this? A question.',
  'What happened on the channel, at any moment.',
  'The whole text is replaced.',
  'The silence limit of a model.',
  'An append extends the text only if the two are equal.',
])('accepts: %s', (sentence) => {
  expect(found(`/** ${sentence} */`)).toEqual([])
  expect(found(`const text = '${sentence}'`)).toEqual([])
  expect(found(sentence, 'a.md')).toEqual([])
})

it('reads neither the names nor the code of a program, nor the code of a document', () => {
  expect(found("const anew = whoever('anew')")).toEqual([])
  expect(found('`whoever` is a name', 'a.md')).toEqual([])
  expect(found('```ts\nconst whoever = 1\n```', 'a.md')).toEqual([])
  expect(found('```ts\nconst a = 1 // whoever reads this\n```', 'a.md')).toHaveLength(1)
  expect(found("const url = 'https://example.com/anew'")).toEqual([])
})

it('names the file, the line and what to write instead', () => {
  expect(found('const a = 1\n// It is made anew.')).toEqual(['a.ts:2: "anew" → again'])
})

it('finds none in the repository', () => {
  expect(phraseBreaches(proseFiles(root))).toEqual([])
})
