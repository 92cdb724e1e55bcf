import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
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
type WithHeaders = Pick<ObjectHead, 'headers'>

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
export function partChecksums({ headers }: WithHeaders): ChecksumMembers {
  const found: Record<string, string> = {}
  for (const [name, member] of Object.entries(members)) {
    const value = headers[prefix + name]
    if (value !== undefined) found[member] = value
  }
  return found
}

/** The same for a whole object, which also says how it was summed up: at once or part by part. */
export function checksumMembers(
  head: WithHeaders,
): ChecksumMembers & { readonly ChecksumType?: 'FULL_OBJECT' | 'COMPOSITE' } {
  const found = partChecksums(head)
  const [value] = Object.values(found)
  return value === undefined ? {} : { ...found, ChecksumType: value.includes('-') ? 'COMPOSITE' : 'FULL_OBJECT' }
}

const composites: Readonly<Record<string, (parts: Uint8Array) => Buffer>> = {
  crc32(parts) {
    const sum = Buffer.alloc(4)
    sum.writeUInt32BE(crc32(parts))
    return sum
  },
  sha1: (parts) => createHash('sha1').update(parts).digest(),
  sha256: (parts) => createHash('sha256').update(parts).digest(),
}

/**
 * The checksum of an object made of parts: that of the parts' checksums, and how many. Only where every part came with
 * the same kind; those that sum up the whole by arithmetic (CRC-64) are not kept.
 */
export function compositeChecksum(parts: readonly WithHeaders[]): Readonly<Record<string, string>> {
  for (const [name, sum] of Object.entries(composites)) {
    const values = parts.map(({ headers }) => headers[prefix + name])
    if (!values.every((value) => value !== undefined)) continue
    const bytes = Buffer.concat(values.map((value) => Buffer.from(value, 'base64')))
    return { [prefix + name]: `${sum(bytes).toString('base64')}-${parts.length}` }
  }
  return {}
}
