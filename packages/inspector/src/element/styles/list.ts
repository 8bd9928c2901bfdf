import { css } from 'lit'

/** The list of events. */
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
