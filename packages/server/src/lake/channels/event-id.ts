import { hash } from 'node:crypto'

/** The 128 bits of an event's id, as four words of 32. */
export type EventIdWords = Uint32Array

/**
 * The id of an event from outside: the same for the same content in the same channel, so that a retry is known by it.
 * The content holds the UID that its source gave it, so two events that differ in nothing else differ here.
 *
 * @param named the channel's id, a line break, the content
 */
export function eventIdOf(named: Uint8Array): { readonly id: string; readonly words: EventIdWords } {
  // Asked for as digits: a buffer of them costs more than the hash.
  const digest = hash('sha256', named, 'hex')
  // The layout that RFC 9562 leaves to applications: version 8, and the variant in the two bits above the fourth group.
  const variant = '89ab'.charAt(digitAt(digest, 16) & 3)
  const id = `${digest.slice(0, 8)}-${digest.slice(8, 12)}-8${digest.slice(13, 16)}-${variant}${digest.slice(17, 20)}-${digest.slice(20, 32)}`
  return { id, words: wordsOf(id) }
}

/** From an id's text, which has hyphens. */
export function wordsOf(id: string): EventIdWords {
  const words = new Uint32Array(4)
  let digits = 0
  for (let at = 0; at < id.length; at += 1) {
    if (id.charCodeAt(at) === hyphen) continue
    const word = digits >> 3
    words[word] = ((words[word] ?? 0) << 4) | digitAt(id, at)
    digits += 1
  }
  return words
}

const hyphen = 0x2d

/** Of a hexadecimal digit in lower case. */
function digitAt(text: string, at: number): number {
  const code = text.charCodeAt(at)
  return code > 0x39 ? code - 0x57 : code - 0x30
}
