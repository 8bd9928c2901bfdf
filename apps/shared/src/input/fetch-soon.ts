/** Milliseconds after the page is loaded: what is needed at first has come by then. */
const delay = 2_000

/**
 * Has code fetched soon after the page is loaded, so that it is there when it is needed, also if the connection is lost meanwhile.
 *
 * @param load imports it; it is fetched once
 * @returns `load`
 */
export function fetchSoon<Loaded>(load: () => Promise<Loaded>): () => Promise<Loaded> {
  addEventListener('load', () => setTimeout(() => load().catch(() => undefined), delay), { once: true }) // It is fetched again when it is needed.
  return load
}
