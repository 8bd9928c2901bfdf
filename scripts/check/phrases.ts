import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** A phrase to avoid, with what to write instead. */
interface Phrase {
  readonly pattern: RegExp
  readonly instead: string
}

/** Where a clause starts: a sentence, an item of a list, a cell of a table, a comment, or the text after a colon. */
const START = String.raw`(?:^|[.:;!?] |[–—] |\| |\/\*\*? |\/\/ |<!-- |\* |- |#+ |\d\. |\(|['"\`])`

/** The beginning of a relative clause after "What". */
const CLAUSE =
  '(?:is|was|has|had|has been|cannot be|could not be|came|comes|fails|failed|goes|differs|the \\w+ (?:says|said|tells|knows))'

/** Phrases that are hard to read in a second language (CONTRIBUTING.md, "Words"). */
const phrases: readonly Phrase[] = [
  { pattern: /\bwho(?:m|mso|se|so)?ever\b/gi, instead: 'name the reader, the user or the agent' },
  { pattern: /\banew\b/gi, instead: 'again' },
  { pattern: /\bfor good\b(?! measure| reasons?)/gi, instead: 'permanently' },
  { pattern: /\bof (?:ours|theirs|anybody's|nobody's|somebody's)\b/gi, instead: 'our, their' },
  {
    pattern: /\b(?:is|are|was|means?) nothing to (?:an?|the|it|them|those|anyone|anybody|others|who)\b/gi,
    instead: 'say what does not happen',
  },
  { pattern: /\bnobody is left\b/gi, instead: 'there is no … any more' },
  { pattern: /\bstands? (?:by|for itself)\b/gi, instead: 'say which record or value decides' },
  { pattern: /\bby what one sees\b/gi, instead: 'say what is looked at' },
  {
    pattern: /\b(?:accuses?|accused|hearsay|overhears?|unheard)\b/gi,
    instead: 'code does not accuse or hear: say what it reads or decides',
  },
  {
    pattern: /\b(?:silence|response|record|message|conversation|group) is judged\b/gi,
    instead: 'the idle rules apply to …',
  },
  { pattern: /\bdialects?\b/gi, instead: 'codec, or format' },
  { pattern: /\bwholes\b|\ba whole is\b/gi, instead: 'message group' },
  {
    pattern: new RegExp(
      `${START}(?:Who|Whom) (?!(?:is|are|was|may|can|has|decides|imports|reads|writes|it)\\b)\\w+(?: \\w+){1,12}[.,]`,
      'g',
    ),
    instead: 'start with a concrete subject, not with "Who …"',
  },
  {
    pattern: new RegExp(
      `${START}What ${CLAUSE}\\b(?![^.;:|]*\\?)[^.;:|]*? (?:is|are|was|stays?|goes|counts?|has|comes|gets) `,
      'g',
    ),
    instead: 'name the thing instead of "What is …"',
  },
]

/** A file and its text. */
export interface TextFile {
  readonly path: string
  readonly text: string
}

/** Finds banned phrases in comments, strings and prose. @returns each as `path:line: phrase → what to write` */
export function phraseBreaches(files: readonly TextFile[]): string[] {
  return files.flatMap(({ path, text }) =>
    proseOf(path, text).flatMap(({ line, prose }) =>
      phrases.flatMap(({ pattern, instead }) =>
        [...prose.matchAll(pattern)].map(([found]) => `${path}:${line}: "${found.trim()}" → ${instead}`),
      ),
    ),
  )
}

/** Reads the tracked sources, styles and documents. @param root the workspace's folder, with a closing slash */
export function proseFiles(root: string): TextFile[] {
  const paths = execFileSync('git', ['ls-files', '-z', '*.ts', '*.tsx', '*.vue', '*.svelte', '*.css', '*.md'], {
    cwd: root,
    encoding: 'utf8',
  })
  return paths
    .split('\0')
    .filter((path) => path !== '' && !unchecked.some((beginning) => path.startsWith(beginning)))
    .map((path) => ({ path, text: readFileSync(root + path, 'utf8') }))
}

/** The list itself with its test, and the texts of the demo model, which are quoted and not written by us. */
const unchecked = ['scripts/check/phrases.ts', 'scripts/test/phrases.test.ts', 'apps/agent/src/data/', '.changeset/']

interface Line {
  readonly line: number
  readonly prose: string
}

/** The lines that people read. Code in a document is not prose, except for its comments. */
function proseOf(path: string, text: string): Line[] {
  const document = path.endsWith('.md')
  let code = false
  return text.split('\n').flatMap((content, index) => {
    if (document && /^\s*(?:```|~~~)/.test(content)) {
      code = !code
      return []
    }
    const prose = document && !code ? content.replaceAll(/`[^`]*`/g, '`…`') : commentIn(content, document)
    return prose === '' ? [] : [{ line: index + 1, prose }]
  })
}

/** The comment of a line of code and its strings. Strings of one word are names, not texts. */
function commentIn(line: string, document: boolean): string {
  const comment = /(?:^\s*(?:\/\*\*?|\*)|(?<!:)\/\/|<!--)(.*)$/.exec(line)?.[0].trim() ?? ''
  if (document || (comment !== '' && line.trim() === comment)) return comment
  const strings = [...line.matchAll(/(['"`])((?:(?!\1)[^\\]|\\.)*)\1/g)]
    .map(([, , text]) => text!)
    .filter((text) => text.includes(' '))
  return [comment, ...strings].filter((text) => text !== '').join(' | ')
}
