import { css } from 'lit'

/** Colours and fonts: the page's own if it defines them, otherwise neutral ones. */
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
    position: relative;
    container-type: size;
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
`
