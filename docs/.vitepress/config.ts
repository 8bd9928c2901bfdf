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
  markdown: {
    anchor: { slugify: slug },
    config: fileNames,
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
      // As it is seen: with its key.
      options: { translations: { button: { buttonText: 'Search', buttonAriaLabel: 'Search K' } } },
    },
    nav: [...nav],
    sidebar: [...sidebar],
    outline: { level: [2, 3] },
    docFooter: { prev: 'Before', next: 'Next' },
  },
})
