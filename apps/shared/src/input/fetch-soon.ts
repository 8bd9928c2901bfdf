/**
 * Has code fetched once the page has begun, beside its first request, so that it is there when it is needed, also if the connection is lost meanwhile.
 *
 * @param load imports it; it is fetched once
 * @returns `load`
 */
export function fetchSoon<Loaded>(load: () => Promise<Loaded>): () => Promise<Loaded> {
  // After the page's own first task, which draws it.
  setTimeout(() => load().catch(() => undefined)) // It is fetched again when it is needed.
  return load
}
