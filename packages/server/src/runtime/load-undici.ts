import { subscribe, unsubscribe } from 'node:diagnostics_channel'

/** undici, read by who first needs it: a fifth of what a server takes at rest, and most servers have no use for it. */
export async function loadUndici(): Promise<typeof import('undici')> {
  const undici = await import('undici')
  unsubscribe(requestMade, keepLengthOfNought)
  subscribe(requestMade, keepLengthOfNought)
  return undici
}

/** undici tells here of each request before it is sent, and takes headers that are added then. */
const requestMade = 'undici:request:create'

/** Methods whose length undici writes itself when it is nought. */
const withLength: ReadonlySet<string> = new Set(['PUT', 'POST', 'PATCH', 'QUERY', 'PROPFIND', 'PROPPATCH'])

/**
 * undici leaves `content-length: 0` out where a method needs no body. Clients sign it (aws-cli 2 on AWS's C runtime does
 * with every DELETE), and without it their signature is wrong.
 */
function keepLengthOfNought(message: unknown): void {
  const { request } = message as { readonly request: MadeRequest }
  if (request.contentLength === 0 && !withLength.has(request.method)) request.headers.push('content-length', '0')
}

interface MadeRequest {
  readonly method: string
  /** As the headers announced it; `null` where they did not. */
  readonly contentLength: number | null
  /** Name, value, name, value …, all but the host and the length. */
  readonly headers: string[]
}
