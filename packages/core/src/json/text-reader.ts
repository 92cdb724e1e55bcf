/** Names of calls, services and categories are not longer, and there are few of them. */
const keptBytesMax = 32
const slotCount = 512

/**
 * Reads JSON strings in bytes. Short ones that come again and again are handed out again: comparing is quicker than
 * decoding, and maps know the hash of a string they have seen.
 *
 * `from` is the position of the opening quote of a valid string, `to` that behind the closing one.
 */
export function createTextReader(): (bytes: Uint8Array, from: number, to: number) => string {
  const slots: (string | undefined)[] = Array.from({ length: slotCount }, () => undefined)
  const decoder = new TextDecoder()
  return (bytes, from, to) => {
    const length = to - from - 2
    const isKept = length > 0 && length <= keptBytesMax
    const slot = isKept ? slotOf(bytes, from + 1, length) : 0
    const known = isKept ? slots[slot] : undefined
    if (known !== undefined && isText(known, bytes, from + 1, length)) return known
    const text: string = JSON.parse(decoder.decode(bytes.subarray(from, to)))
    // Of another length are strings with escapes or characters beyond ASCII: their bytes are not their characters.
    if (isKept && text.length === length) slots[slot] = text
    return text
  }
}

function slotOf(bytes: Uint8Array, from: number, length: number): number {
  const [first, middle, last] = [bytes[from], bytes[from + (length >> 1)], bytes[from + length - 1]]
  return ((first as number) * 7 + (middle as number) * 31 + (last as number) * 127 + length * 3) % slotCount
}

function isText(text: string, bytes: Uint8Array, from: number, length: number): boolean {
  if (text.length !== length) return false
  for (let nth = 0; nth < length; nth += 1) if (text.charCodeAt(nth) !== bytes[from + nth]) return false
  return true
}
