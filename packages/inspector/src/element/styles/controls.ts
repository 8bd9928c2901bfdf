import { css } from 'lit'

export const controls = css`
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
