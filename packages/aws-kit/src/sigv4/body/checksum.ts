import { createHash, timingSafeEqual } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { crc32c } from '../../checksum/index.ts'
import type { HeaderMap } from '../request-head.ts'
import { SigV4Error } from '../sigv4-error.ts'
import { Crc64Nvme } from './crc64-nvme.ts'

interface RunningChecksum {
  update(bytes: Uint8Array): void
  digest(): Buffer
}

interface Algorithm {
  readonly bytes: number
  start(): RunningChecksum
}

/** By the end of the header's name, `x-amz-checksum-…`. */
const algorithms: Readonly<Record<string, Algorithm>> = {
  crc32: { bytes: 4, start: () => running32(crc32) },
  crc32c: { bytes: 4, start: () => running32((bytes, seed) => crc32c(bytes, 0, bytes.length, seed)) },
  crc64nvme: { bytes: 8, start: () => new Crc64Nvme() },
  md5: { bytes: 16, start: () => createHash('md5') },
  sha1: { bytes: 20, start: () => createHash('sha1') },
  sha256: { bytes: 32, start: () => createHash('sha256') },
  sha512: { bytes: 64, start: () => createHash('sha512') },
}

function running32(next: (bytes: Uint8Array, seed: number) => number): RunningChecksum {
  let crc = 0
  return {
    update(bytes) {
      crc = next(bytes, crc)
    },
    digest() {
      const out = Buffer.alloc(4)
      out.writeUInt32BE(crc)
      return out
    },
  }
}

/** A checksum that was compared with the bytes and found right. */
export interface VerifiedChecksum {
  /** Upper case as in S3's `ChecksumAlgorithm`, e.g. `CRC64NVME`. */
  readonly algorithm: string
  /** Base64, as the client sent it. */
  readonly value: string
}

const prefix = 'x-amz-checksum-'
/** These only talk about checksums. */
const notValues = new Set(['x-amz-checksum-algorithm', 'x-amz-checksum-mode', 'x-amz-checksum-type'])

/** Characters of the value of a checksum header. @throws SigV4Error `checksum-invalid` for an algorithm not offered */
export function checksumTextLength(header: string): number {
  const name = header.startsWith(prefix) ? header.slice(prefix.length) : ''
  const found = Object.hasOwn(algorithms, name) ? algorithms[name] : undefined
  if (found === undefined) throw new SigV4Error('checksum-invalid', { header })
  return Math.ceil(found.bytes / 3) * 4
}

/** Computes what a request announces, while its body goes by, and compares in the end. */
export class ChecksumSet {
  readonly #entries = new Map<
    string,
    { readonly algorithm: string; readonly checksum: RunningChecksum; value?: string }
  >()

  /** @throws SigV4Error `checksum-invalid` for a value of the wrong form or an algorithm not offered */
  constructor(headers: HeaderMap) {
    for (const [name, value] of headers) {
      if (name === 'content-md5' || (name.startsWith(prefix) && !notValues.has(name))) {
        this.#announce(name)
        this.setValue(name, value)
      }
    }
    for (const name of (headers.get('x-amz-trailer') ?? '').split(',')) {
      if (name.trim() !== '') this.#announce(name.trim().toLowerCase())
    }
  }

  #announce(header: string): void {
    const algorithm = header === 'content-md5' ? 'md5' : header.startsWith(prefix) ? header.slice(prefix.length) : ''
    const found = Object.hasOwn(algorithms, algorithm) ? algorithms[algorithm] : undefined
    if (found === undefined || this.#entries.has(header)) throw new SigV4Error('checksum-invalid', { header })
    this.#entries.set(header, { algorithm, checksum: found.start() })
  }

  /**
   * Sets the value of a header or trailer that was announced.
   *
   * @throws SigV4Error `trailer-malformed` when it was not, or comes twice; `checksum-invalid`
   */
  setValue(header: string, value: string): void {
    const entry = this.#entries.get(header)
    if (entry === undefined || entry.value !== undefined) throw new SigV4Error('trailer-malformed', { header })
    const decoded = Buffer.from(value, 'base64')
    if (decoded.toString('base64') !== value || decoded.length !== algorithms[entry.algorithm]?.bytes) {
      throw new SigV4Error('checksum-invalid', { header })
    }
    entry.value = value
  }

  update(bytes: Uint8Array): void {
    for (const { checksum } of this.#entries.values()) checksum.update(bytes)
  }

  /** @throws SigV4Error `checksum-mismatch`, or `trailer-malformed` when one never came */
  verify(): readonly VerifiedChecksum[] {
    return [...this.#entries].map(([header, { algorithm, checksum, value }]) => {
      if (value === undefined) throw new SigV4Error('trailer-malformed', { header })
      const name = algorithm.toUpperCase()
      if (!timingSafeEqual(checksum.digest(), Buffer.from(value, 'base64'))) {
        throw new SigV4Error('checksum-mismatch', { header, algorithm: name })
      }
      return { algorithm: name, value }
    })
  }
}
