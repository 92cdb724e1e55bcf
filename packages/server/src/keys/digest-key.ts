import { defineCollection } from '../ports/catalog.ts'

/** A key pair that signs the digests of one region. The public half is kept for ever. */
export interface DigestKey {
  readonly region: string
  /** MD5 hex of the DER in `publicKey`. */
  readonly fingerprint: string
  /** Base64 of DER, PKCS#1 `RSAPublicKey`. */
  readonly publicKey: string
  /** PKCS#8 DER, sealed; absent once the key has signed its last digest. */
  readonly sealed?: string
  /** Inclusive. */
  readonly validFromMs: number
  /** Inclusive, as AWS lists it. */
  readonly validUntilMs: number
}

/** Key: `<region>/<fingerprint>`. */
export const digestKeyCollection = defineCollection<DigestKey>('digest-key', { keepsHistory: false })

export function digestKeyId({ region, fingerprint }: Pick<DigestKey, 'region' | 'fingerprint'>): string {
  return `${region}/${fingerprint}`
}
