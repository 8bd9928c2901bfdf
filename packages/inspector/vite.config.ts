import type { Plugin } from 'vite'
import { defaultClientConditions, defineConfig } from 'vite'

/** One file, because a page on disk may not load a module from another file. */
function oneFile(): Plugin {
  return {
    name: 'streamfold-one-file',
    enforce: 'post',
    generateBundle(_options, bundle) {
      const page = bundle['index.html']
      if (page?.type !== 'asset') throw new Error('unable to write the page; index.html was not built')
      let html = String(page.source)
      for (const [name, file] of Object.entries(bundle)) {
        if (file.type !== 'chunk') continue
        // Must not end the script element, whatever the code contains.
        const code = file.code.replaceAll('</script', '<\\/script')
        html = html
          .replace(/\s*<script type="module"[^>]*><\/script>/, '')
          .replace('</body>', () => `<script type="module">${code}</script></body>`)
        delete bundle[name]
      }
      delete bundle['index.html']
      this.emitFile({ type: 'asset', fileName: 'inspector.html', source: html })
    },
  }
}

export default defineConfig({
  plugins: [oneFile()],
  resolve: { conditions: ['streamfold-source', ...defaultClientConditions] },
  build: { emptyOutDir: false, modulePreload: false, chunkSizeWarningLimit: 600 },
})
