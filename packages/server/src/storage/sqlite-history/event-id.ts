import { hash } from 'node:crypto'

/**
 * The number under which an event id is kept: 48 bits of a hash with its account. An event without id has the hash of
 * its content instead.
 */
export function eventIdKey(account: string, eventId: string | undefined, contentHash: Uint8Array): number {
  const name = eventId === undefined ? `\0${Buffer.from(contentHash).toString('hex')}` : eventId
  return hash('sha256', `${account}\0${name}`, 'buffer').readUIntBE(0, 6)
}

/** The 64 bits of a content hash that are kept. */
export function contentBits(contentHash: Uint8Array): bigint {
  return Buffer.from(contentHash.buffer, contentHash.byteOffset, contentHash.byteLength).readBigInt64BE(0)
}
