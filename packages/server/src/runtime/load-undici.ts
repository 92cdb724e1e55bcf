/** undici, read by who first needs it: a fifth of what a server takes at rest, and most servers have no use for it. */
export async function loadUndici(): Promise<typeof import('undici')> {
  return await import('undici')
}
