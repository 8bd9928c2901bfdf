// The API reference, one page for each thing to import, from the docstrings. Written before every build, never committed.
import { rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { TypeDocOptions } from 'typedoc'
import { Application, Converter } from 'typedoc'
import type { PluginOptions } from 'typedoc-plugin-markdown'
import { MarkdownPageEvent } from 'typedoc-plugin-markdown'
import { entries } from './entries.ts'

const docs = fileURLToPath(new URL('../', import.meta.url))
const packages = fileURLToPath(new URL('../../packages/', import.meta.url))
const out = `${docs}pages/reference`

const options: TypeDocOptions & PluginOptions = {
  plugin: ['typedoc-plugin-markdown'],
  entryPoints: entries.map(({ file }) => packages + file),
  tsconfig: `${docs}reference/tsconfig.json`,
  // `pnpm check` has looked at the types.
  skipErrorChecking: true,
  out,
  readme: 'none',
  disableSources: true,
  excludeExternals: true,
  excludeInternal: true,
  logLevel: 'Warn',
  sort: ['source-order'],
  groupOrder: ['Functions', 'Variables', 'Classes', 'Interfaces', 'Type Aliases'],
  validation: { notExported: false, invalidLink: true, rewrittenLink: true, notDocumented: false, unusedMergeModuleWith: true },
  router: 'module',
  entryFileName: 'index.md',
  flattenOutputFiles: true,
  hideBreadcrumbs: true,
  hidePageHeader: true,
  hidePageTitle: true,
  parametersFormat: 'table',
  interfacePropertiesFormat: 'table',
  propertyMembersFormat: 'table',
  typeAliasPropertiesFormat: 'table',
  tableColumnSettings: {
    hideSources: true,
    hideInherited: true,
    hideModifiers: true,
    hideOverrides: true,
    leftAlignHeaders: true,
  },
  useCodeBlocks: true,
  sanitizeComments: true,
}

rmSync(out, { recursive: true, force: true })
const app = await Application.bootstrapWithPlugins(options)

// typedoc names a module after its file; a reader knows it by what is imported.
app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
  for (const module of project.children ?? []) {
    const entry = entries.find(({ file }) => file.replace(/(\/index)?\.ts$/, '') === module.name)
    if (entry) module.name = entry.page
  }
})
app.renderer.on(MarkdownPageEvent.END, (page) => {
  const entry = entries.find(({ page: name }) => page.url === `${name}.md`)
  const title = entry?.name ?? 'Reference'
  page.contents = `---\neditLink: false\noutline: [2, 3]\npageClass: reference\n---\n\n# ${title}\n\n${page.contents ?? ''}`
})

const project = await app.convert()
if (!project) throw new Error('unable to write the reference; typedoc could not read the packages: see above')
await app.generateOutputs(project)
if (app.logger.hasErrors()) process.exit(1)
