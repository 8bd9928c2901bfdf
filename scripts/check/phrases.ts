import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** What to avoid, and what to write instead. */
interface Phrase {
  readonly pattern: RegExp
  readonly instead: string
}

/** Phrases that readers of a second language stumble over (CONTRIBUTING.md, "Words"). */
const phrases: readonly Phrase[] = [
  { pattern: /\b[Ww]hoever\b/g, instead: 'name the reader, the user or the agent' },
  { pattern: /\banew\b/g, instead: 'again' },
  { pattern: /\bfor good\b/g, instead: 'permanently' },
  { pattern: /\b(of ours|of theirs|of anybody's)\b/g, instead: 'our, their' },
  { pattern: /\b(is|are|has|have) nothing to\b/g, instead: 'say what does not happen' },
  { pattern: /\bnobody is left\b/g, instead: 'there is no … any more' },
  { pattern: /\bstands by\b/g, instead: 'say which record or value decides' },
  { pattern: /\bby what one sees\b/g, instead: 'say what is looked at' },
  {
    pattern: /(?:^|[.:;] |\/\*\* |\/\/ |\* )Who (?!is an agent|may|decides|imports|it is for)\w+/g,
    instead: 'start with a concrete subject, not with "Who …"',
  },
  { pattern: /\b(accuse[sd]?|hearsay|overhears?)\b/g, instead: 'code does not accuse or hear: say what it reads or decides' },
]

export interface TextFile {
  readonly path: string
  readonly text: string
}

/** Every use of a banned phrase in comments and prose, as `path:line: phrase → what to write`. */
export function phraseBreaches(files: readonly TextFile[]): string[] {
  return files.flatMap(({ path, text }) =>
    text.split('\n').flatMap((line, index) => {
      const prose = path.endsWith('.md') ? line : commentIn(line)
      return phrases.flatMap(({ pattern, instead }) =>
        [...prose.matchAll(pattern)].map(([found]) => `${path}:${index + 1}: "${found.trim()}" → ${instead}`),
      )
    }),
  )
}

/** The tracked sources, styles and documents. */
export function proseFiles(root: string): TextFile[] {
  const paths = execFileSync('git', ['ls-files', '-z', '*.ts', '*.tsx', '*.vue', '*.css', '*.md'], {
    cwd: root,
    encoding: 'utf8',
  })
  return paths
    .split('\0')
    .filter((path) => path !== '' && path !== 'scripts/check/phrases.ts' && !path.startsWith('scripts/test/phrases'))
    .map((path) => ({ path, text: readFileSync(root + path, 'utf8') }))
}

/** The comment of a line of code, and the strings in it, which people read too. */
function commentIn(line: string): string {
  const comment = /(?:^\s*(?:\/\*\*?|\*)|\/\/|<!--)(.*)$/.exec(line)?.[0] ?? ''
  const strings = [...line.matchAll(/(['"`])((?:(?!\1)[^\\]|\\.)*)\1/g)].map(([, , text]) => text)
  return [comment, ...strings].join(' | ')
}
