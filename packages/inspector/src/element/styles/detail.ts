import { css } from 'lit'

/** The event at the cursor, and the conversation. */
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

  .message[data-on-path='false'] {
    padding-inline-start: 0.5rem;
    border-inline-start: 1px dashed var(--_line);
  }

  .message[data-touched='true'] {
    box-shadow:
      -0.75rem 0 var(--_paper),
      -0.875rem 0 var(--_accent);
  }

  .changes {
    margin: 0.25rem 0;
    padding-inline-start: 1.125rem;
    overflow-wrap: anywhere;
  }

  .part {
    margin-block: 0.375rem;
    padding: 0.25rem 0.5rem;
    border-inline-start: 2px solid var(--_line);
  }

  .part[data-part='tool'] {
    border-color: var(--_repair);
  }

  .part-head {
    display: flex;
    flex-wrap: wrap;
    gap: 0 0.5rem;
    color: var(--_soft);
    overflow-wrap: anywhere;
  }

  .part-head b {
    color: var(--_ink);
    font-weight: 600;
  }

  .part-line {
    margin-block: 0.125rem;
    overflow-wrap: anywhere;
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
