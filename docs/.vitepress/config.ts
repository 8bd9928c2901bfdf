import { slug } from 'github-slugger'
import type { UserConfig } from 'vitepress'
import { defineConfig } from 'vitepress'
import llms from 'vitepress-plugin-llms'
import { tabsMarkdownPlugin } from 'vitepress-plugin-tabs'
import workspace from '../../package.json' with { type: 'json' }
import { fileNames } from './file-names.ts'
import { nav, sidebar } from './navigation.ts'
import { searchOptions } from './search.ts'

type Plugins = NonNullable<NonNullable<UserConfig['vite']>['plugins']>

export default defineConfig({
  title: 'Streamfold',
  description: 'AI responses streamed over Ably, one message per response, folded into a conversation that survives',
  lang: 'en',
  srcDir: 'pages',
  cleanUrls: false,
  // The address of the reader's own dev server.
  ignoreDeadLinks: 'localhostLinks',
  // One rule for anchors, here and in the check of links.
  markdown: {
    anchor: { slugify: slug },
    config: (markdown) => {
      fileNames(markdown)
      tabsMarkdownPlugin(markdown as never) // Another release of the types of markdown-it.
    },
    // The usual two fall below the contrast that small text needs.
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
  },
  head: [
    ['meta', { name: 'color-scheme', content: 'light dark' }],
    ['link', { rel: 'icon', type: 'image/svg+xml', href: '/icon.svg' }],
  ],
  themeConfig: {
    logo: { src: '/icon.svg', alt: '' },
    search: {
      provider: 'local',
      options: {
        // As it is seen: with its key.
        translations: { button: { buttonText: 'Search', buttonAriaLabel: 'Search K' } },
        miniSearch: { searchOptions },
      },
    },
    nav: [...nav, { text: `v${workspace.version}`, link: '/guide/install#versions' }],
    sidebar: [...sidebar],
    outline: { level: [2, 3] },
    docFooter: { prev: 'Before', next: 'Next' },
  },
  vite: {
    // llms.txt, llms-full.txt and each page as Markdown, for those who read with a model.
    plugins: llms({ ignoreFiles: ['reference/**'] }) as unknown as Plugins, // VitePress brings its own release of Vite.
  },
})
