import { css } from 'lit'

/** The symbols of events and problems, as in the picture. */
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
  .swatch[data-band='call'] {
    background: color-mix(in srgb, var(--_repair) 42%, transparent);
  }
  .swatch[data-band='stalled'] {
    background: color-mix(in srgb, var(--_soft) 24%, var(--_paper));
  }
  .swatch[data-band='abandoned'] {
    background: color-mix(in srgb, var(--_bad) 24%, var(--_paper));
  }
`
