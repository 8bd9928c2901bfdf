import { css } from 'lit'

/** The panes below the picture, side by side or one at a time. */
export const panes = css`
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

  @container (max-width: 46rem) {
    .panes {
      grid-template-columns: minmax(0, 1fr);
    }
  }
`
