import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { crc32c, isJoinableCrc, joinCrcs } from '@cairn/aws-kit/checksum'
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
export function checksumMembers(head: WithHeaders): ChecksumMembers & { readonly ChecksumType?: ChecksumType } {
  const found = partChecksums(head)
  const [value] = Object.values(found)
  return value === undefined ? {} : { ...found, ChecksumType: value.includes('-') ? 'COMPOSITE' : 'FULL_OBJECT' }
}

export type ChecksumType = 'FULL_OBJECT' | 'COMPOSITE'

/** Stored with an upload that says so itself. */
export const checksumTypeHeader = 'x-amz-checksum-type'

const composites: Readonly<Record<string, (parts: Uint8Array) => Buffer>> = {
  crc32: (parts) => bytesOf(crc32(parts)),
  crc32c: (parts) => bytesOf(crc32c(parts, 0, parts.length, 0)),
  sha1: (parts) => createHash('sha1').update(parts).digest(),
  sha256: (parts) => createHash('sha256').update(parts).digest(),
  sha512: (parts) => createHash('sha512').update(parts).digest(),
}

function bytesOf(crc: number): Buffer {
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE(crc)
  return sum
}

/**
 * How an upload is summed up that says it, or does not, of an algorithm; `undefined` where the algorithm cannot.
 *
 * @source Amazon S3 User Guide, checking object integrity: SHA sums are of the parts, CRC-64/NVME is of the whole
 */
export function checksumTypeOf(algorithm: string, wanted: string | undefined): ChecksumType | undefined {
  const name = algorithm.toLowerCase()
  const type = wanted ?? (Object.hasOwn(composites, name) ? 'COMPOSITE' : 'FULL_OBJECT')
  if (type === 'COMPOSITE') return Object.hasOwn(composites, name) ? type : undefined
  return type === 'FULL_OBJECT' && isJoinableCrc(name) ? type : undefined
}

/**
 * The checksum of an object made of parts, where every part came with the same kind: of the whole, by arithmetic; or
 * that of the parts' checksums, and how many.
 */
export function uploadChecksum(
  parts: readonly (WithHeaders & Pick<ObjectHead, 'size'>)[],
  wanted: string | undefined,
): Readonly<Record<string, string>> {
  for (const name of Object.keys(members)) {
    const summed = parts.flatMap(({ headers, size }) => {
      const value = headers[prefix + name]
      return value === undefined ? [] : [{ value, bytes: size }]
    })
    const type = checksumTypeOf(name, wanted)
    if (summed.length < parts.length || type === undefined) continue
    if (type === 'FULL_OBJECT') return isJoinableCrc(name) ? { [prefix + name]: joinCrcs(name, summed) } : {}
    const sum = composites[name]?.(Buffer.concat(summed.map(({ value }) => Buffer.from(value, 'base64'))))
    if (sum !== undefined) return { [prefix + name]: `${sum.toString('base64')}-${parts.length}` }
  }
  return {}
}
