import { hash } from 'node:crypto'

/** The 128 bits of an event's id, as four words of 32. */
export type EventIdWords = Uint32Array

/**
 * The id of an event from outside: the same for the same content in the same channel, so that a retry is known by it.
 * The content holds the UID that its source gave it, so two events that differ in nothing else differ here.
 */
export function eventIdOf(channelId: string, eventData: string): { readonly id: string; readonly words: EventIdWords } {
  // Asked for as digits: a buffer of them costs more than the hash.
  const digest = hash('sha256', `${channelId}\n${eventData}`, 'hex')
  // The layout that RFC 9562 leaves to applications: version 8, and the variant in the two bits above the fourth group.
  const variant = '89ab'.charAt(Number.parseInt(digest.charAt(16), 16) & 3)
  const hex = `${digest.slice(0, 12)}8${digest.slice(13, 16)}${variant}${digest.slice(17, 32)}`
  const id = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
  return { id, words: wordsOf(hex) }
}

/** From an id's 32 digits or its text with hyphens. */
export function wordsOf(id: string): EventIdWords {
  const hex = id.length === 32 ? id : id.replaceAll('-', '')
  return Uint32Array.of(
    Number.parseInt(hex.slice(0, 8), 16),
    Number.parseInt(hex.slice(8, 16), 16),
    Number.parseInt(hex.slice(16, 24), 16),
    Number.parseInt(hex.slice(24, 32), 16),
  )
}
