import type { Duplex } from 'node:stream'

/** Passes bytes both ways until either side ends; an end is passed on too, so that half-closed protocols work. */
export function tunnel(client: Duplex, upstream: Duplex, head: Uint8Array): void {
  if (head.length > 0) upstream.write(head)
  client.pipe(upstream)
  upstream.pipe(client)
  client.once('close', () => upstream.destroy())
  upstream.once('close', () => client.destroy())
}
