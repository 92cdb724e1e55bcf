import { hash } from 'node:crypto'
import type { PackSeal } from '@cairn/core/digest'
import type { EvidenceObject } from '../evidence.ts'
import {
  manifestName,
  metadataName,
  objectName,
  type PackEntry,
  type PackManifest,
  packFormat,
  signatureName,
} from './pack-format.ts'
import { type PackSignature, packSeal } from './pack-signature.ts'
import { createZip } from './zip-writer.ts'

/** Puts an evidence pack together. */
export interface PackWriter {
  /** Adds an object of a bucket, and hands it on. */
  addObject(object: EvidenceObject): Promise<void>
  add(name: string, content: string): Promise<void>
  /**
   * Has the pack signed and finishes it. Answers the SHA-256 of the manifest, hex: who knows it knows every byte of the
   * content.
   */
  finish(facts: Omit<PackManifest, 'format' | 'entries'>, sign: SignPack): Promise<string>
  readonly objects: number
  [Symbol.asyncDispose](): Promise<void>
}

/** Signs a seal with a key of digests. */
export type SignPack = (seal: PackSeal) => Promise<Pick<PackSignature, 'fingerprint' | 'publicKey' | 'signature'>>

/** Makes a file that must not be there yet. */
export async function createPack(path: string): Promise<PackWriter> {
  const zip = await createZip(path)
  const entries: PackEntry[] = []
  const metadata: string[] = []

  async function put(name: string, content: Uint8Array): Promise<void> {
    entries.push({ name, size: content.length, sha256: hash('sha256', content) })
    await zip.add(name, content)
  }

  return {
    get objects() {
      return metadata.length
    },
    async addObject({ key, bucket = '', storedAtMs, metadata: known, bytes }) {
      if (bytes === undefined) return
      // Verifying hands the bytes over to other threads, so the pack has its own.
      await put(objectName({ bucket, key }), Uint8Array.from(bytes))
      metadata.push(`${JSON.stringify({ key, bucket, storedAtMs, metadata: known })}\n`)
    },
    add: (name, content) => put(name, Buffer.from(content)),
    async finish(facts, sign) {
      await put(metadataName, Buffer.from(metadata.join('')))
      const seal = packSeal(facts, entries)
      const signed = await sign(seal)
      const { objectsSha256, entries: sealed } = seal
      const signature: PackSignature = { ...signed, objectsSha256, entries: sealed }
      await put(signatureName, Buffer.from(`${JSON.stringify(signature, undefined, 1)}\n`))
      const manifest: PackManifest = { format: packFormat, ...facts, entries }
      const bytes = Buffer.from(`${JSON.stringify(manifest, undefined, 1)}\n`)
      await zip.add(manifestName, bytes)
      await zip.finish()
      return hash('sha256', bytes)
    },
    [Symbol.asyncDispose]: () => zip[Symbol.asyncDispose](),
  }
}
