/** What the pages use of Next.js, which is too large to install for it: the consumer next-agent builds the same code with the package itself. */
declare module 'next/server' {
  export function after(task: Promise<unknown> | (() => unknown)): void
}
