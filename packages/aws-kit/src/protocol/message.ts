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

const written = Symbol('written')

/** The output of an operation whose JSON is written already, where its parts were. */
export interface WrittenOutput {
  readonly [written]: Uint8Array
}

/** For protocols that write JSON; `json` has the names of the wire. */
export function writtenOutput(json: Uint8Array): WrittenOutput {
  return { [written]: json }
}

/** Its JSON; `undefined` for any other output. */
export function writtenJson(output: object): Uint8Array | undefined {
  return written in output ? (output as WrittenOutput)[written] : undefined
}

export const emptyBody = new Uint8Array(0)
