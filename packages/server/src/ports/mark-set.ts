/** Bytes of one mark. */
export const markBytes = 24

/**
 * A large set of marks, each {@link markBytes} bytes that stand for something that was dealt with. Calls take and give
 * many at once, one behind the other in one buffer. Marks that begin alike are near each other, so those that are asked
 * for together should.
 *
 * A power cut may take the marks that were added last: whoever uses it must be able to do the same thing again.
 */
export interface MarkSet {
  /** One byte for each mark: 1 when it is in the set. */
  has(marks: Uint8Array): Promise<Uint8Array>
  add(marks: Uint8Array): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}
