import type { MountedUploads, UploadsOptions } from '../binding-driver.ts'
import type { BindingScenario } from '../binding-scenario.ts'
import { expectSame } from '../binding-scenario.ts'

const skip: BindingScenario['skip'] = ({ mountUploads }) => (mountUploads ? undefined : 'the binding attaches no files')

type Task = Parameters<UploadsOptions['upload']>[1]

/** An upload that a scenario ends. */
interface Upload extends Task {
  readonly file: File
  resolve(result: { readonly url: string; readonly name?: string }): void
  reject(error: Error): void
}

/** A store of files whose uploads a scenario ends. */
function storeOf() {
  const uploads: Upload[] = []
  const upload: UploadsOptions['upload'] = (file, task) =>
    new Promise((resolve, reject) => uploads.push({ file, ...task, resolve, reject }))
  return { uploads, upload }
}

const picture = (name: string, contents = 'pixels') => new File([contents], name, { type: 'image/png', lastModified: 1 })

/** What is shown of each file. */
const shown = (mounted: MountedUploads) =>
  mounted.screen().files.map(({ name, status, progress, error }) => [name, status, error ?? progress].join(' '))

const idOf = (mounted: MountedUploads, at = 0) => mounted.screen().files[at]?.id ?? ''

/** The addresses of previews that are not freed, while a scenario plays. */
async function withPreviews(play: (held: ReadonlySet<string>) => Promise<void>): Promise<void> {
  const held = new Set<string>()
  const { createObjectURL, revokeObjectURL } = URL
  URL.createObjectURL = (blob) => {
    const url = createObjectURL.call(URL, blob)
    held.add(url)
    return url
  }
  URL.revokeObjectURL = (url) => {
    held.delete(url)
    revokeObjectURL.call(URL, url)
  }
  try {
    await play(held)
  } finally {
    Object.assign(URL, { createObjectURL, revokeObjectURL })
  }
}

export const uploadScenarios: readonly BindingScenario[] = [
  {
    name: 'uploads a file, shows its progress, and gives its address to send',
    skip,
    async play({ attach, until }) {
      const { uploads, upload } = storeOf()
      const mounted = attach({ upload })
      expectSame(mounted.screen(), { files: [], refused: [], ready: true, uploaded: [] }, 'the files at first')
      mounted.actions().add([picture('a.png'), new File(['text'], 'b.txt', { type: 'text/plain' })])
      await until('both are uploading', () => shown(mounted).join() === 'a.png uploading 0,b.txt uploading 0')
      expectSame(mounted.screen().ready, false, 'whether they can be sent')
      for (const share of [0.254, 0.5, Number.NaN]) uploads[0]?.onProgress(share)
      uploads[1]?.onProgress(7)
      await until('the progress is shown', () => shown(mounted).join() === 'a.png uploading 0.5,b.txt uploading 1')
      uploads[1]?.resolve({ url: 'https://files.test/b', name: 'renamed.txt' })
      await until('one is ready', () => shown(mounted).join() === 'a.png uploading 0.5,renamed.txt ready 1')
      uploads[0]?.resolve({ url: 'https://files.test/a' })
      await until('both are ready', () => mounted.screen().ready)
      uploads[0]?.onProgress(0.1)
      mounted.actions().setAlt(idOf(mounted), 'A cat')
      await until('it has its alt text', () => mounted.screen().uploaded[0]?.alt === 'A cat')
      const sent = [
        { url: 'https://files.test/a', mediaType: 'image/png', name: 'a.png', alt: 'A cat' },
        { url: 'https://files.test/b', mediaType: 'text/plain', name: 'renamed.txt' },
      ]
      expectSame(mounted.screen().uploaded, sent, 'the files to send')
      mounted.actions().clear()
      await until('none is left', () => mounted.screen().files.length === 0 && mounted.screen().uploaded.length === 0)
    },
  },
  {
    name: 'cancels the upload of a file that is removed',
    skip,
    async play({ attach, until }) {
      const { uploads, upload } = storeOf()
      const mounted = attach({ upload })
      mounted.actions().add([picture('a.png'), picture('b.png')])
      await until('both are uploading', () => uploads.length === 2 && shown(mounted).length === 2)
      mounted.actions().remove(idOf(mounted))
      await until('one is left', () => shown(mounted).join() === 'b.png uploading 0')
      expectSame(
        uploads.map(({ signal }) => signal.aborted),
        [true, false],
        'what was cancelled',
      )
      // As an upload does that was aborted, or that was complete before it could be.
      uploads[0]?.resolve({ url: 'https://files.test/a' })
      uploads[1]?.resolve({ url: 'https://files.test/b' })
      await until('the other one is ready', () => shown(mounted).join() === 'b.png ready 1')
    },
  },
  {
    name: 'says why an upload failed, and uploads again',
    skip,
    async play({ attach, until }) {
      const { uploads, upload } = storeOf()
      const mounted = attach({ upload })
      mounted.actions().add([picture('a.png')])
      await until('it is uploading', () => uploads.length === 1)
      uploads[0]?.onProgress(0.5)
      uploads[0]?.reject(new Error('the network is gone'))
      await until(
        'the reason is shown',
        () => shown(mounted).join() === 'a.png failed unable to upload "a.png"; the network is gone: try again',
      )
      expectSame([mounted.screen().ready, mounted.screen().uploaded], [false, []], 'what can be sent')
      mounted.actions().retry(idOf(mounted))
      await until('it is uploading again', () => shown(mounted).join() === 'a.png uploading 0')
      // It is being uploaded: there is nothing to retry.
      mounted.actions().retry(idOf(mounted))
      uploads[1]?.resolve({ url: 'blob:https://files.test/1' })
      await until('an address of this page is refused', () => shown(mounted)[0]?.includes('has a `blob:` address') === true)
      // Chosen once more, the failed file is uploaded again.
      mounted.actions().add([picture('a.png')])
      await until('it is uploading once more', () => uploads.length === 3 && shown(mounted).join() === 'a.png uploading 0')
      uploads[2]?.resolve({ url: 'https://files.test/a' })
      await until('it is ready', () => shown(mounted).join() === 'a.png ready 1')
      mounted.actions().retry(idOf(mounted))
      expectSame(uploads.length, 3, 'how often it was uploaded')
    },
  },
  {
    name: 'refuses files of another type, too large or too many, and says what to do',
    skip,
    async play({ attach, until }) {
      const { uploads, upload } = storeOf()
      const limits = { accept: 'image/*, .MD', maxSize: 2_000_000, maxCount: 2 }
      const mounted = attach({ upload, ...limits })
      mounted
        .actions()
        .add([
          new File(['x'], 'a.exe'),
          picture('b.png', 'x'.repeat(2_500_000)),
          picture('c.png'),
          new File(['x'], 'd.md'),
          picture('e.png'),
        ])
      await until('what fits is uploading', () => shown(mounted).join() === 'c.png uploading 0,d.md uploading 0')
      expectSame(
        mounted.screen().refused.map(({ error }) => error),
        [
          'unable to attach "a.exe"; its type is not accepted: choose a file of image/*, .MD',
          'unable to attach "b.png"; it is 2.4 MB and the limit is 1.9 MB: choose a smaller one',
          'unable to attach "e.png"; a prompt has at most 2 files: remove one first',
        ],
        'the reasons',
      )
      for (const { resolve, file } of uploads) resolve({ url: `https://files.test/${file.name}` })
      await until('a refused file does not hold up the others', () => mounted.screen().ready)
      mounted.actions().remove(mounted.screen().refused[0]?.id ?? '')
      await until('a reason is dismissed', () => mounted.screen().refused.length === 2)
      mounted.update({ upload, ...limits, maxCount: 3 })
      mounted.actions().add([picture('e.png')])
      await until('the newest options count', () => shown(mounted)[2] === 'e.png uploading 0')
      expectSame(mounted.screen().refused, [], 'what the last files were refused for')
    },
  },
  {
    name: 'takes the same file once, and again after it was removed',
    skip,
    async play({ attach, until }) {
      const { uploads, upload } = storeOf()
      const mounted = attach({ upload })
      mounted.actions().add([picture('a.png'), picture('a.png'), picture('a.png', 'other pixels')])
      mounted.actions().add([picture('a.png')])
      await until('two files are there', () => shown(mounted).length === 2)
      mounted.actions().remove(idOf(mounted))
      mounted.actions().add([picture('a.png')])
      await until('it is there again', () => shown(mounted).length === 2 && uploads.length === 3)
      expectSame(new Set(mounted.screen().files.map(({ id }) => id)).size, 2, 'how many ids there are')
    },
  },
  {
    name: 'shows previews of images, and frees them',
    skip,
    play: ({ attach, until }) =>
      withPreviews(async (held) => {
        const { upload } = storeOf()
        const mounted = attach({ upload })
        mounted.actions().add([picture('a.png'), picture('b.png'), new File(['x'], 'c.pdf', { type: 'application/pdf' })])
        await until('the images have previews', () => mounted.screen().files.length === 3)
        const previews = mounted.screen().files.map(({ preview }) => preview)
        expectSame(
          previews.map((preview) => preview !== undefined && held.has(preview)),
          [true, true, false],
          'the previews',
        )
        mounted.actions().remove(idOf(mounted))
        expectSame([...held], [previews[1]], 'the previews that are left')
        mounted.actions().clear()
        expectSame([...held], [], 'the previews that are left after all files were removed')
        mounted.actions().add([picture('a.png')])
        await until('an image has a preview', () => held.size === 1)
        mounted.unmount()
        await until('it is freed with the component', () => held.size === 0)
      }),
  },
  {
    name: 'aborts what is being uploaded when it is unmounted',
    skip,
    async play({ attach, until }) {
      const { uploads, upload } = storeOf()
      const mounted = attach({ upload })
      const { add } = mounted.actions()
      add([picture('a.png')])
      await until('it is uploading', () => uploads.length === 1 && shown(mounted).length === 1)
      mounted.unmount()
      await until('it is aborted', () => uploads[0]?.signal.aborted === true)
      // A paste that comes late.
      add([picture('b.png')])
      expectSame(uploads.length, 1, 'how many files were uploaded')
    },
  },
]
