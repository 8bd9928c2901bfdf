import type { Emitter } from 'highlight.js'
import core from 'highlight.js/lib/core'
import bash from 'highlight.js/lib/languages/bash'
import css from 'highlight.js/lib/languages/css'
import go from 'highlight.js/lib/languages/go'
import java from 'highlight.js/lib/languages/java'
import json from 'highlight.js/lib/languages/json'
import python from 'highlight.js/lib/languages/python'
import rust from 'highlight.js/lib/languages/rust'
import sql from 'highlight.js/lib/languages/sql'
import typescript from 'highlight.js/lib/languages/typescript'
import xml from 'highlight.js/lib/languages/xml'
import yaml from 'highlight.js/lib/languages/yaml'

const languages = { bash, css, go, java, json, python, rust, sql, typescript, xml, yaml }
// The grammar of TypeScript reads JavaScript too, and that of XML reads Vue's templates well enough.
const aliases = {
  typescript: ['js', 'jsx', 'javascript', 'mjs', 'cjs', 'node'],
  xml: ['vue', 'svelte'],
  bash: ['console', 'shell'],
}

for (const [name, language] of Object.entries(languages)) core.registerLanguage(name, language)
for (const [languageName, names] of Object.entries(aliases)) core.registerAliases(names, { languageName })

/** Builds nodes where the highlighter would write HTML, so that no HTML is parsed. */
class NodeEmitter {
  readonly root = document.createDocumentFragment()
  private at: ParentNode & Node = this.root

  addText(text: string): void {
    if (text !== '') this.at.append(text)
  }
  startScope(scope: string): void {
    const span = document.createElement('span')
    // `title.function` is a title: the style sheet knows the first word.
    span.className = `hl-${scope.split('.', 1)[0]!}`
    this.at.append(span)
    this.at = span
  }
  endScope(): void {
    this.at = this.at.parentNode ?? this.root
  }
  // The highlighter calls the two above by these names if a scope has several words.
  openNode(scope: string): void {
    this.startScope(scope)
  }
  closeNode(): void {
    this.endScope()
  }
  __addSublanguage(inner: Emitter): void {
    if (inner instanceof NodeEmitter) this.at.append(inner.root)
  }
  finalize(): void {}
  toHTML(): string {
    return ''
  }
}

core.configure({ __emitter: NodeEmitter })

/** Colours code. Undefined if the language is unknown, or if the result would not have exactly the same text. */
export function colour(text: string, language: string): DocumentFragment | undefined {
  if (!core.getLanguage(language)) return undefined
  const { _emitter: emitter } = core.highlight(text, { language, ignoreIllegals: true })
  // Readers must see all of the code, whatever the highlighter makes of it.
  return emitter instanceof NodeEmitter && emitter.root.textContent === text ? emitter.root : undefined
}
