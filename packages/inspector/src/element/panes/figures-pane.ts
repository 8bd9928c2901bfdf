import type { TemplateResult } from 'lit'
import { html } from 'lit'
import type { Spread } from '../../model/figures.ts'
import { lasting } from '../../model/ticks.ts'
import type { View } from '../view.ts'

/** Figures about delivery, each with how it is counted. */
export function figuresPane({ figures }: View, copy: () => void): TemplateResult {
  const number = (value: number) => value.toLocaleString('en', { maximumFractionDigits: 1 })
  const rows: readonly (readonly [name: string, value: string, how: string])[] = [
    [
      'Growth',
      `${number(figures.charactersPerSecond)} characters/s`,
      'in seconds in which anything grew; a token is some four characters of English, and not counted here',
    ],
    ['Deliveries', `${number(figures.appendsPerSecond)}/s`, 'appends, and full texts in their place, in the same seconds'],
    ['First text', spread(figures.firstText, lasting), 'from a response’s create to its first character'],
    ['Append size', spread(figures.appendSize, (value) => `${value}`), 'characters'],
    [
      'Delivery delay',
      spread(figures.deliveryDelay, lasting),
      'from publishing, by the service’s clock, until it was folded by ours',
    ],
    [
      'Conflation',
      `${number(figures.versionsPerFrame)} a frame`,
      'versions within 16.7 ms, which a page gets in one notification',
    ],
    [
      'Full texts',
      `${number(figures.sentWhole * 100)} %`,
      'of the growth arrived as full texts; a version does not say how many appends it merges',
    ],
    ['Repairs', `${figures.repairs}`, 'full versions that closed a gap or mended a text'],
    ['Gaps', `${figures.gaps}, ${lasting(figures.gappedFor)}`, 'times in which a response stood still, and for how long in sum'],
    ['Held back', `${figures.held}`, 'versions that a text could not take'],
    ['Ignored, rejected', `${figures.ignored}, ${figures.rejected}`, 'known already; no message of a conversation'],
    ['Reconnects', `${figures.reconnects}, ${lasting(figures.disconnectedFor)}`, 'and how long there was no connection in sum'],
    [
      'Events',
      `${number(figures.events)} in ${lasting(figures.duration)}`,
      `${number(figures.characters)} characters in ${figures.responses} responses`,
    ],
  ]
  return html`<dl class="figures" data-testid="figures">
      ${rows.map(
        ([name, value, how]) =>
          html`<dt>${name}</dt>
            <dd><b>${value}</b> <span class="quiet">${how}</span></dd>`,
      )}
    </dl>
    <button type="button" data-testid="copy-figures" @click=${copy}>Copy as JSON</button>`
}

function spread(value: Spread | undefined, say: (value: number) => string): string {
  if (!value) return '–'
  return `${say(value.median)}, 95 % ${say(value.p95)}, most ${say(value.most)}`
}
