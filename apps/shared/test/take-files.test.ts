// @vitest-environment happy-dom
import { expect, test } from 'vitest'
import { filesPasted, watchDrop } from '../src/input/take-files.ts'

const photo = new File(['x'], 'photo.png', { type: 'image/png' })

/** An event with what was copied, or is held: happy-dom's own take no data. */
function carrying<Type extends 'clipboardData' | 'dataTransfer'>(name: string, field: Type, types: string[], files: File[]) {
  return Object.assign(new Event(name, { bubbles: true, cancelable: true }), {
    [field]: { types, files, dropEffect: 'none' },
  }) as unknown as Type extends 'clipboardData' ? ClipboardEvent : DragEvent // With the field that is read of it.
}

test('a pasted file is taken, and not pasted as well', () => {
  const event = carrying('paste', 'clipboardData', ['Files', 'text/html'], [photo])
  expect(filesPasted(event)).toEqual([photo])
  expect(event.defaultPrevented).toBe(true)
})

test('text is pasted, also if a picture of it was copied with it', () => {
  for (const event of [
    carrying('paste', 'clipboardData', ['text/plain'], []),
    carrying('paste', 'clipboardData', ['text/plain', 'Files'], [photo]),
  ]) {
    expect(filesPasted(event)).toEqual([])
    expect(event.defaultPrevented).toBe(false)
  }
})

test('files are held over the page until they leave it or are dropped, across the elements in it', () => {
  const seen: unknown[] = []
  const stop = watchDrop({ over: (over) => seen.push(over), take: (files) => seen.push(files) })
  const send = (name: string, types = ['Files']) => {
    const event = carrying(name, 'dataTransfer', types, [photo])
    dispatchEvent(event)
    return event
  }
  send('dragenter')
  send('dragenter')
  send('dragleave')
  expect(send('dragover').defaultPrevented).toBe(true)
  send('dragleave')
  expect(seen).toEqual([true, true, true, false])
  seen.length = 0
  send('dragenter')
  expect(send('drop').defaultPrevented).toBe(true)
  expect(seen).toEqual([true, false, [photo]])
  seen.length = 0
  // A text that is dragged may be dropped into the box.
  expect(send('drop', ['text/plain']).defaultPrevented).toBe(false)
  stop()
  send('drop')
  expect(seen).toEqual([])
})
