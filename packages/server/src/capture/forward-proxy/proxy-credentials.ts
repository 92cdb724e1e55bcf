import { hash, timingSafeEqual } from 'node:crypto'

/** Whoever shows the token may use the proxy; the user name before it is free, and says whose calls these are. */
export interface ProxyCredentials {
  /** The mark of the calls on this connection, e.g. the name of a test. */
  readonly mark?: string
}

/** The user of a client that marks nothing. */
const unmarked = 'cairn'

/** A name of a test with its path is shorter. */
const markLengthMax = 1_024
/** As it is sent: three characters for a byte. A header may not be longer than 16 KiB anyway. */
const encodedLengthMax = 4_096

/** A mark as it was given; clients that can send ASCII only encode it as in a URL. */
export function readMark(given: string): string {
  const text = given.slice(0, encodedLengthMax)
  try {
    return decodeURIComponent(text).slice(0, markLengthMax)
  } catch {
    return text.slice(0, markLengthMax)
  }
}

/** Reads `Proxy-Authorization`. `undefined`: not the holder of `token`. */
export function readProxyCredentials(header: string | undefined, token: string): ProxyCredentials | undefined {
  const encoded = /^basic +([A-Za-z0-9+/=_-]+) *$/i.exec(header ?? '')?.[1]
  if (encoded === undefined) return undefined
  const decoded = Buffer.from(encoded, 'base64').toString('utf8')
  // The last one: names of tests hold colons, tokens do not.
  const colon = decoded.lastIndexOf(':')
  if (colon < 0 || !isSame(decoded.slice(colon + 1), token)) return undefined
  const mark = readMark(decoded.slice(0, colon))
  return mark === unmarked || mark === '' ? {} : { mark }
}

/** What clients are given as their proxy. Secret: it holds the token. */
export function proxyUrl(host: string, port: number, token: string, mark: string = unmarked): string {
  return `http://${encodeURIComponent(mark)}:${encodeURIComponent(token)}@${host}:${port}`
}

/** Hashed first, so that neither length nor first difference shows in the time it takes. */
function isSame(given: string, token: string): boolean {
  return timingSafeEqual(hash('sha256', given, 'buffer'), hash('sha256', token, 'buffer'))
}
