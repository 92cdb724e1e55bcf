import type Undici from 'undici'

/**
 * undici, read by who first needs it: a fifth of what a server takes at rest, and most servers have no use for it. All of it
 * hangs on the default export, since a package in CommonJS has no other once it is bundled.
 */
export async function loadUndici(): Promise<typeof Undici> {
  const { default: undici } = await import('undici')
  return undici
}
