import { texts } from '../chat/texts.ts'

const shownFor = 1600

/** Copies a text, and shows the result on the button for a moment: the style sheet chooses one of its labels. */
export async function copyText(button: HTMLElement, text: string): Promise<void> {
  button.dataset['copied'] = (await write(text)) ? 'yes' : 'no'
  setTimeout(() => delete button.dataset['copied'], shownFor)
}

async function write(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    // Without https (a phone on the local network) there is no clipboard API.
    return legacyWrite(text)
  }
}

function legacyWrite(text: string): boolean {
  const area = document.createElement('textarea')
  area.value = text
  area.style.position = 'fixed'
  document.body.append(area)
  area.select()
  const copied = document.execCommand('copy')
  area.remove()
  return copied
}

/** Creates the same button as the components of both apps, for places without a framework. */
export function createCopyButton(read: () => string): HTMLButtonElement {
  const button = document.createElement('button')
  button.type = 'button'
  button.className = 'action copy'
  for (const [name, label] of [
    ['idle', texts.copy],
    ['done', texts.copied],
    ['not-done', texts.notCopied],
  ] as const) {
    const span = document.createElement('span')
    span.className = name
    span.textContent = label
    button.append(span)
  }
  button.addEventListener('click', () => void copyText(button, read()))
  return button
}
