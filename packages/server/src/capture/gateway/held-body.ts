/** Hands a body on, its last piece only when it has ended well: what throws at its end never becomes whole. */
export async function* heldUntilProven(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
  let held: Uint8Array | undefined
  for await (const piece of body) {
    if (held) yield held
    held = piece
  }
  if (held) yield held
}
