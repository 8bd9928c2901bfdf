/** The colours of the picture, from the page's styles. */
export interface Palette {
  readonly paper: string
  readonly ink: string
  readonly soft: string
  readonly line: string
  readonly accent: string
  readonly wash: string
  readonly warn: string
  readonly bad: string
  readonly repair: string
  readonly font: string
}

const names = ['paper', 'ink', 'soft', 'line', 'accent', 'wash', 'warn', 'bad', 'repair'] as const

/** Reads the element's custom properties as colours that a canvas takes. */
export function readPalette(element: HTMLElement): Palette {
  const probe = element.ownerDocument.createElement('span')
  element.shadowRoot?.append(probe)
  const colours = names.map((name) => {
    probe.style.color = `var(--_${name})`
    return [name, getComputedStyle(probe).color] as const
  })
  const font = getComputedStyle(probe).fontFamily
  probe.remove()
  return { ...(Object.fromEntries(colours) as Record<(typeof names)[number], string>), font } // The loop above read every name.
}
