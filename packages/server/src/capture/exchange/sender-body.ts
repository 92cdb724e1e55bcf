/** A body on its way upstream, and why it broke off if it did. */
export interface SenderBody {
  readonly body: Uint8Array | AsyncIterable<Uint8Array> | undefined
  readonly failure: unknown
}

/** Keeps what a body throws: the transport tells only that the request was given up. */
export function senderBody(source: SenderBody['body']): SenderBody {
  if (source === undefined || source instanceof Uint8Array) return { body: source, failure: undefined }
  let failure: unknown
  async function* watched(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
    try {
      for await (const piece of body) yield piece
    } catch (error) {
      failure = error
      throw error
    }
  }
  return {
    body: watched(source),
    get failure() {
      return failure
    },
  }
}
