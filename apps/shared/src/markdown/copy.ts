import { texts } from '../chat/texts.ts'

const shownFor = 1600

/** Copies and says so on the button for a moment: the style sheet shows one of its two labels. */
export async function copyText(button: HTMLElement, text: string): Promise<void> {
  button.dataset['copied'] = (await write(text)) ? 'yes' : 'no'
  setTimeout(() => delete button.dataset['copied'], shownFor)
}

async function write(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    // Without https (a phone on the local network) there is no clipboard interface.
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

/** The button as both apps write it, for places where there is no framework. */
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
