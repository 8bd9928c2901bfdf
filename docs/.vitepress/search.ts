/** How the site ranks what its search finds. VitePress writes the function into the page as text, so it uses nothing from outside. */
export const searchOptions = {
  // The reference has every word many times: guides come first.
  boostDocument: (id: string): number => (id.includes('/reference/') ? 0.3 : 1),
}
