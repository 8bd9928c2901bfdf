import { css } from 'lit'

/** Trouble, figures, machines. */
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
