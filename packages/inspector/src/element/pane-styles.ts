import { css } from 'lit'

export const glyphs = css`
  .glyph {
    flex: none;
  }
  .accent {
    fill: var(--_accent);
  }
  .ink {
    fill: var(--_ink);
  }
  .soft {
    fill: var(--_soft);
  }
  .repair {
    fill: var(--_repair);
  }
  .accent-line,
  .soft-line,
  .ink-line,
  .warn-line,
  .bad-line {
    fill: none;
    stroke: var(--_accent);
    stroke-width: 1.3;
  }
  .soft-line {
    stroke: var(--_soft);
  }
  .ink-line {
    stroke: var(--_ink);
  }
  .warn-line {
    stroke: var(--_warn);
  }
  .bad-line {
    stroke: var(--_bad);
  }

  .swatch {
    flex: none;
    align-self: center;
    inline-size: 0.875rem;
    block-size: 0.75rem;
    border-radius: 2px;
    background: color-mix(in srgb, var(--_warn) 24%, var(--_paper));
  }
  .swatch[data-band='disconnected'] {
    background: repeating-linear-gradient(-45deg, color-mix(in srgb, var(--_soft) 60%, transparent) 0 1px, transparent 1px 4px)
      color-mix(in srgb, var(--_soft) 10%, transparent);
  }
  .swatch[data-band='recovering'] {
    background: color-mix(in srgb, var(--_warn) 10%, var(--_paper));
  }
  .swatch[data-band='stalled'] {
    background: color-mix(in srgb, var(--_soft) 24%, var(--_paper));
  }
  .swatch[data-band='abandoned'] {
    background: color-mix(in srgb, var(--_bad) 24%, var(--_paper));
  }
`

export const list = css`
  .rows {
    position: relative;
  }

  .row {
    position: absolute;
    inset-inline: 0;
    display: flex;
    align-items: center;
    gap: 0.4375rem;
    block-size: 26px;
    padding-inline: 0.625rem;
    white-space: nowrap;
    cursor: pointer;
  }

  .row:hover {
    background: var(--_surface);
  }

  .row[aria-selected='true'] {
    background: var(--_wash);
    box-shadow: inset 2px 0 var(--_accent);
  }

  .row .time {
    color: var(--_soft);
    font-size: 0.75rem;
  }

  .row .kind {
    flex: none;
  }

  .row .about {
    flex: 1;
    min-inline-size: 0;
    overflow: hidden;
    color: var(--_soft);
    text-overflow: ellipsis;
  }

  .row .size {
    color: var(--_soft);
  }

  .row[data-kind='repair'] .kind {
    color: var(--_repair);
    font-weight: 600;
  }

  .row[data-kind='held'] .kind {
    color: var(--_warn);
  }

  .row[data-kind='rejected'] .kind {
    color: var(--_bad);
  }
`

export const detail = css`
  h4 {
    margin-block: 0.875rem 0.25rem;
    color: var(--_soft);
    font-size: 0.75rem;
    font-weight: 600;
  }

  .event-head {
    display: flex;
    flex-wrap: wrap;
    align-items: baseline;
    justify-content: space-between;
    gap: 0 0.75rem;
  }

  .event-head h3 {
    display: flex;
    align-items: center;
    gap: 0.375rem;
    font-size: 0.9375rem;
    font-weight: 650;
  }

  .why {
    margin-block-start: 0.25rem;
    max-inline-size: 60ch;
    text-wrap: pretty;
  }

  .diff,
  .message .text {
    margin-block: 0.25rem;
    white-space: pre-wrap;
    overflow-wrap: anywhere;
  }

  .diff {
    padding: 0.375rem 0.5rem;
    border-radius: 0.375rem;
    background: var(--_surface);
  }

  ins {
    background: color-mix(in srgb, var(--_accent) 20%, transparent);
    text-decoration: none;
    box-shadow: 0 1px var(--_accent);
  }

  del {
    color: var(--_bad);
  }

  .fields {
    display: grid;
    grid-template-columns: max-content minmax(0, 1fr);
    gap: 0.0625rem 0.75rem;
  }

  .fields dt,
  .figures dt {
    color: var(--_soft);
  }

  .fields dd {
    overflow-wrap: anywhere;
  }

  .json {
    max-block-size: 22rem;
    padding: 0.375rem 0.5rem;
    border-radius: 0.375rem;
    background: var(--_surface);
    font: 0.75rem / 1.5 var(--_mono);
    white-space: pre-wrap;
    overflow: auto;
    overflow-wrap: anywhere;
  }

  .json .name {
    color: var(--_soft);
  }

  .keys {
    display: grid;
    grid-template-columns: max-content 1fr;
    gap: 0.125rem 0.875rem;
    margin-block-start: 0.75rem;
    color: var(--_soft);
  }

  kbd {
    color: var(--_ink);
    font: inherit;
  }

  .message + .message {
    margin-block-start: 0.625rem;
    padding-block-start: 0.625rem;
    border-block-start: 1px solid var(--_line);
  }

  .message[data-touched='true'] {
    box-shadow:
      -0.75rem 0 var(--_paper),
      -0.875rem 0 var(--_accent);
  }

  .messages {
    margin-block-start: 0.5rem;
  }

  .message-head {
    display: flex;
    gap: 0.5rem;
    color: var(--_soft);
  }

  .message-head b {
    color: var(--_ink);
    font-weight: 600;
  }

  .chip[data-state='gapped'],
  .chip[data-state='stalled'] {
    color: var(--_warn);
  }

  .chip[data-state='failed'],
  .chip[data-state='abandoned'] {
    color: var(--_bad);
  }

  .chip[data-state='streaming'] {
    color: var(--_accent);
  }
`

export const others = css`
  .troubles li {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr) auto;
    gap: 0 0.5rem;
    padding-block: 0.375rem;
  }

  .troubles li + li {
    border-block-start: 1px solid var(--_line);
  }

  .trouble-name {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  .trouble-name b {
    font-weight: 600;
  }

  .trouble-links {
    grid-column: 2 / -1;
    margin-inline-start: -0.25rem;
    color: var(--_soft);
  }

  .figures {
    display: grid;
    grid-template-columns: max-content minmax(0, 1fr);
    gap: 0.375rem 1rem;
    margin-block-end: 0.75rem;
  }

  .figures dd b {
    font-weight: 600;
  }

  .figures .quiet {
    display: block;
    font-size: 0.75rem;
    text-wrap: pretty;
  }

  .figures + button {
    border-color: var(--_firm);
    color: var(--_ink);
  }

  .machine {
    max-inline-size: 28rem;
    margin-block-end: 1rem;
  }

  .machine figcaption {
    margin-block-end: 0.25rem;
    font-weight: 600;
  }

  .machine svg {
    display: block;
    inline-size: 100%;
  }

  .machine text {
    fill: var(--_soft);
    font: 12px var(--_font);
  }

  .machine text.event {
    font-size: 11px;
  }

  .machine text.last {
    fill: var(--_accent);
    font-weight: 600;
  }

  .machine circle {
    fill: var(--_paper);
    stroke: var(--_firm);
    stroke-width: 1.25;
  }

  .machine rect {
    fill: var(--_wash);
    stroke: var(--_accent);
    stroke-width: 1.5;
  }

  .state[data-current='true'] text:not(.event) {
    fill: var(--_ink);
    font-weight: 650;
  }

  .state[data-current='true'] circle {
    fill: var(--_accent);
    stroke: var(--_accent);
  }

  .state[data-left='true'] circle {
    stroke: var(--_accent);
    stroke-width: 2;
  }

  .arc {
    fill: none;
    stroke: var(--_line);
    stroke-width: 1;
  }

  .arc.way {
    stroke: var(--_firm);
  }

  .arc.last {
    stroke: var(--_accent);
    stroke-width: 2;
  }
`
