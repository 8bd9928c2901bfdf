import { slug } from 'github-slugger'
import { defineConfig } from 'vitepress'
import { fileNames } from './file-names.ts'
import { nav, sidebar } from './navigation.ts'

export default defineConfig({
  title: 'Streamfold',
  description: 'AI responses streamed over Ably, one message per response, folded into a conversation that survives',
  lang: 'en',
  srcDir: 'pages',
  cleanUrls: false,
  // The address of the reader's own dev server.
  ignoreDeadLinks: 'localhostLinks',
  // One rule for anchors, here and in the check of links.
  markdown: { anchor: { slugify: slug }, config: fileNames },
  head: [['meta', { name: 'color-scheme', content: 'light dark' }]],
  themeConfig: {
    search: { provider: 'local' },
    nav: [...nav],
    sidebar: [...sidebar],
    outline: { level: [2, 3] },
    docFooter: { prev: 'Before', next: 'Next' },
  },
})
