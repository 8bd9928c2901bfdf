// @vitest-environment happy-dom
import { expect, test } from 'vitest'
import { colour } from '../src/markdown/highlighter.ts'

const samples: [string, string][] = [
  ['tsx', 'const a = <b title="x">{`in ${1 + f(2)}`}</b> // done\nfunction f(n: number) { return n }\n'],
  ['js', "import { x } from 'y'\nclass A extends B {}\n"],
  ['vue', '<script setup>const a = 1</script><style>a { color: red }</style>'],
  ['json', '{ "a": [1, true, null] }'],
  ['python', '@cached\ndef f(x: int) -> str:\n    """says"""\n    return f"{x}"\n'],
  ['sh', 'for f in *; do echo "$f"; done'],
  ['sql', "select * from t where a = 'b' -- all"],
  ['html', '<img src=x onerror="alert(1)">'],
]

test.each(samples)('%s is coloured and keeps every character', (language, text) => {
  const nodes = colour(text, language)
  expect(nodes?.textContent).toBe(text)
  expect(nodes?.querySelector('[class^=hl-]')).not.toBeNull()
  expect(nodes?.querySelector(':not(span)')).toBeNull()
})

test('an unknown language stays plain', () => expect(colour('a', 'klingon')).toBeUndefined())
