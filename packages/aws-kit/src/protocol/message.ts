/** What routing and reading need of a request; the body is handed over apart, buffered or streamed. */
export interface RequestHead {
  readonly method: string
  /** As on the wire, up to the `?`: not decoded, not normalised. */
  readonly path: string
  /** Behind the `?`, as on the wire, or empty. */
  readonly query: string
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
}

/** An answer ready for the wire. Framing headers (length, date, connection) are the listener's. */
export interface Answer {
  readonly status: number
  /** Names as AWS spells them. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array | AsyncIterable<Uint8Array>
}

export const emptyBody = new Uint8Array(0)
