import { css } from 'lit'

/** Colours and faces: the page's own where it names them, quiet ones of ours where it does not. */
export const tokens = css`
  :host {
    --_paper: var(--streamfold-paper, light-dark(#fcfcfb, #131716));
    --_surface: var(--streamfold-surface, light-dark(#f3f4f2, #1c2220));
    --_line: var(--streamfold-line, light-dark(#e2e4e1, #2c3431));
    --_firm: var(--streamfold-line-firm, light-dark(#878d89, #707a76));
    --_ink: var(--streamfold-ink, light-dark(#1a1f1d, #e7ebe9));
    --_soft: var(--streamfold-ink-soft, light-dark(#59625e, #a0aaa6));
    --_accent: var(--streamfold-accent, light-dark(#0b6a64, #6fd3c9));
    --_wash: var(--streamfold-accent-wash, light-dark(#e6f1ef, #17302d));
    --_warn: var(--streamfold-warn, light-dark(#855300, #e5b567));
    --_bad: var(--streamfold-bad, light-dark(#a8281c, #f29488));
    --_repair: var(--streamfold-repair, light-dark(#5a3fb0, #b8a4f6));
    --_font: var(--streamfold-font, 'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans', system-ui, sans-serif);
    --_mono: var(--streamfold-font-mono, ui-monospace, 'Cascadia Code', 'Roboto Mono', 'Liberation Mono', Menlo, monospace);
    display: block;
    container-type: inline-size;
    block-size: 100%;
    min-block-size: 22rem;
    overflow: hidden;
    background: var(--_paper);
    color: var(--_ink);
    font: 0.8125rem / 1.45 var(--_font);
    font-variant-numeric: tabular-nums;
    text-align: start;
    -webkit-font-smoothing: antialiased;
  }

  :host([hidden]) {
    display: none;
  }

  *,
  ::before,
  ::after {
    box-sizing: border-box;
  }

  h2,
  h3,
  h4,
  p,
  ol,
  dl,
  dd,
  figure,
  pre {
    margin: 0;
    padding: 0;
  }

  ol {
    list-style: none;
  }

  :focus-visible {
    outline: 2px solid var(--_accent);
    outline-offset: 1px;
  }

  .unseen {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }

  .quiet {
    color: var(--_soft);
  }

  .numbers {
    color: var(--_soft);
    font-variant-numeric: tabular-nums;
  }

  button,
  .button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    min-block-size: 1.875rem;
    padding: 0 0.5rem;
    border: 1px solid transparent;
    border-radius: 0.375rem;
    background: none;
    color: var(--_soft);
    font: inherit;
    font-weight: 500;
    white-space: nowrap;
    cursor: pointer;
    touch-action: manipulation;
  }

  button:hover,
  .button:hover {
    background: var(--_surface);
    color: var(--_ink);
  }

  .button:focus-within {
    outline: 2px solid var(--_accent);
    outline-offset: 1px;
  }

  button[aria-pressed='true'],
  button[aria-selected='true'] {
    background: var(--_wash);
    color: var(--_accent);
  }

  button:disabled {
    color: var(--_soft);
    background: none;
    cursor: default;
  }

  .firm {
    border-color: var(--_firm);
    color: var(--_ink);
  }

  .sign {
    min-inline-size: 1.875rem;
    padding: 0;
    font-size: 1rem;
  }

  .small {
    min-block-size: 1.5rem;
    padding: 0 0.25rem;
    color: var(--_accent);
    font-weight: 400;
  }

  .check {
    display: inline-flex;
    align-items: center;
    gap: 0.375rem;
    min-block-size: 1.875rem;
    padding-inline: 0.375rem;
    color: var(--_soft);
    cursor: pointer;
    white-space: nowrap;
  }

  input[type='checkbox'] {
    inline-size: 1rem;
    block-size: 1rem;
    margin: 0;
    accent-color: var(--_accent);
  }
`

export const frame = css`
  .inspector {
    display: grid;
    grid-template: auto minmax(7rem, 5fr) auto minmax(9rem, 6fr) / minmax(0, 1fr);
    block-size: 100%;
  }

  .toolbar {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0 0.75rem;
    padding: 0.25rem 0.5rem 0.25rem 0.625rem;
    border-block-end: 1px solid var(--_line);
  }

  .title {
    font-size: 0.8125rem;
    font-weight: 650;
    letter-spacing: -0.005em;
  }

  .place {
    color: var(--_soft);
    white-space: nowrap;
    overflow: hidden;
    text-overflow: ellipsis;
  }

  .place[data-live='true']::before {
    content: '';
    display: inline-block;
    inline-size: 0.4375rem;
    block-size: 0.4375rem;
    margin-inline-end: 0.4375rem;
    border-radius: 50%;
    background: var(--_accent);
  }

  .tools,
  .group {
    display: flex;
    align-items: center;
  }

  .tools {
    flex: 1;
    gap: 0.75rem;
  }

  .hand-over {
    margin-inline-start: auto;
  }

  .picture {
    position: relative;
    overflow: hidden auto;
    overscroll-behavior: contain;
    scrollbar-width: thin;
    scrollbar-color: var(--_line) transparent;
  }

  canvas {
    display: block;
    inline-size: 100%;
    touch-action: pan-y;
    cursor: crosshair;
  }

  canvas:focus-visible {
    outline-offset: -2px;
  }

  .legend {
    display: flex;
    flex-wrap: nowrap;
    gap: 0 1rem;
    padding: 0.1875rem 0.625rem;
    border-block: 1px solid var(--_line);
    background: var(--_surface);
    color: var(--_soft);
    font-size: 0.75rem;
    overflow: hidden;
  }

  .legend:focus-visible {
    outline-offset: -2px;
  }

  .legend span {
    display: inline-flex;
    align-items: center;
    gap: 0.3125rem;
    white-space: nowrap;
  }

  .legend .notice {
    margin-inline-start: auto;
    color: var(--_ink);
  }

  .panes {
    display: grid;
    grid-template: minmax(0, 1fr) / minmax(18rem, 5fr) minmax(18rem, 6fr) minmax(18rem, 6fr);
    min-block-size: 0;
  }

  .pane {
    display: grid;
    grid-template: auto minmax(0, 1fr) / minmax(0, 1fr);
    min-block-size: 0;
  }

  .pane + .pane {
    border-inline-start: 1px solid var(--_line);
  }

  .pane-head {
    display: flex;
    align-items: center;
    gap: 0.125rem;
    min-block-size: 2.125rem;
    padding-inline: 0.375rem;
    border-block-end: 1px solid var(--_line);
    overflow-x: auto;
    scrollbar-width: none;
  }

  .pane-head h3 {
    padding-inline: 0.25rem;
    font-size: 0.8125rem;
    font-weight: 600;
  }

  .pane-head .numbers {
    margin-inline-start: auto;
    padding-inline: 0.25rem;
  }

  .scroll {
    min-block-size: 0;
    overflow: auto;
    overscroll-behavior: contain;
    scrollbar-width: thin;
    scrollbar-color: var(--_firm) transparent;
  }

  .pad {
    padding: 0.5rem 0.75rem 1rem;
  }

  .scroll:focus-visible {
    outline-offset: -2px;
  }

  .drop {
    position: absolute;
    inset: 0.5rem;
    display: grid;
    place-items: center;
    border: 1.5px dashed var(--_accent);
    border-radius: 0.75rem;
    background: var(--_wash);
    color: var(--_accent);
    font-weight: 600;
    pointer-events: none;
  }

  .empty {
    position: absolute;
    inset: 0;
    display: grid;
    place-content: center;
    gap: 0.25rem;
    padding: 1rem;
    color: var(--_soft);
    text-align: center;
    text-wrap: balance;
    pointer-events: none;
  }

  @container (max-width: 46rem) {
    .toolbar {
      gap: 0 0.5rem;
      padding-inline: 0.625rem 0.25rem;
    }

    .place {
      flex: 1;
    }

    .tools {
      order: 1;
      flex-basis: 100%;
      margin-inline: -0.625rem -0.25rem;
      padding: 2px 0.25rem;
      overflow-x: auto;
      scrollbar-width: none;
    }

    .hand-over {
      margin-inline-start: 0;
    }

    .legend {
      overflow-x: auto;
      scrollbar-width: none;
    }

    .panes {
      grid-template-columns: minmax(0, 1fr);
    }
  }

  @media (pointer: coarse) {
    button,
    .button,
    .check {
      min-block-size: 2.5rem;
    }

    .sign {
      min-inline-size: 2.5rem;
    }
  }
`
