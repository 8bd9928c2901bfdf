import { css } from 'lit'

/** The toolbar, the picture and the legend, from top to bottom. */
export const frame = css`
  .inspector {
    display: grid;
    grid-template: auto minmax(4.5rem, 5fr) auto minmax(6rem, 6fr) / minmax(0, 1fr);
    block-size: 100%;
  }

  /* Also if the element before it is hidden. */
  .picture {
    grid-row: 2;
  }

  .legend {
    grid-row: 3;
  }

  .inspector > .panes {
    grid-row: 4;
  }

  .grip {
    position: absolute;
    z-index: 1;
    touch-action: none;
  }

  .grip[data-side='bottom'] {
    inset: 0 0 auto;
    block-size: 0.5rem;
    cursor: ns-resize;
    border-block-start: 1px solid var(--_firm);
  }

  .grip[data-side='right'] {
    inset: 0 auto 0 0;
    inline-size: 0.5rem;
    cursor: ew-resize;
    border-left: 1px solid var(--_firm);
  }

  .grip:is(:hover, :active, :focus-visible) {
    border-color: var(--_accent);
    border-width: 3px;
  }

  .grip:focus-visible {
    outline-offset: -2px;
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
    position: sticky;
    inset-block-start: 0;
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

  .progress {
    position: absolute;
    inset: 0;
    display: grid;
    place-content: center;
    justify-items: center;
    gap: 0.375rem;
    background: var(--_paper);
  }

  .progress progress {
    inline-size: min(16rem, 60cqi);
    accent-color: var(--_accent);
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
  }

  /* With little room below a page, hide explanations first, then the areas beside the picture. */
  @container (max-height: 24rem) and (max-width: 46rem) {
    .inspector {
      grid-template-rows: auto minmax(4.5rem, 4fr) auto minmax(6rem, 5fr);
    }

    .legend:not(:has(.notice:not(:empty))),
    [role='tabpanel'] > .pane-head {
      display: none;
    }

    .inspector [role='tabpanel'] {
      grid-template-rows: minmax(0, 1fr);
    }

    [role='tabpanel'] > span {
      display: none;
    }
  }

  @container (max-height: 15rem) {
    .inspector {
      grid-template-rows: auto minmax(0, 1fr) auto;
    }

    .inspector > .panes,
    .legend:not(:has(.notice:not(:empty))) {
      display: none;
    }
  }
`
