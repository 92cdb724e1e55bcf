import type { ObjectHead } from '../../ports/object-store.ts'

/** Checksums an object may be stored with: member of the API by the end of the header's name. */
const members = {
  crc32: 'ChecksumCRC32',
  crc32c: 'ChecksumCRC32C',
  crc64nvme: 'ChecksumCRC64NVME',
  sha1: 'ChecksumSHA1',
  sha256: 'ChecksumSHA256',
  sha512: 'ChecksumSHA512',
} as const

export type ChecksumMembers = { readonly [Member in (typeof members)[keyof typeof members]]?: string }

const prefix = 'x-amz-checksum-'

/**
 * The checksums that were compared with the body, as headers to be stored. The signature layer verifies them while
 * the body goes by and knows them once it has ended; `Content-MD5` is one that is not kept.
 */
export function verifiedChecksums(body: object): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {}
  if (!('checksums' in body) || !Array.isArray(body.checksums)) return headers
  for (const { algorithm, value } of body.checksums as readonly { algorithm: string; value: string }[]) {
    const name = algorithm.toLowerCase()
    if (name in members) headers[prefix + name] = value
  }
  return headers
}

/** The stored checksums as members of an answer. */
export function checksumMembers({
  headers,
}: Pick<ObjectHead, 'headers'>): ChecksumMembers & { ChecksumType?: 'FULL_OBJECT' } {
  const found: Record<string, string> = {}
  for (const [name, member] of Object.entries(members)) {
    const value = headers[prefix + name]
    if (value !== undefined) found[member] = value
  }
  return Object.keys(found).length === 0 ? {} : { ...found, ChecksumType: 'FULL_OBJECT' }
}
