import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto'
import { type FoundDigest, type SignatureVerdict, stringToSign } from '@cairn/core/digest'

/** Checks signatures with the public keys that were given, and no others. */
export interface PublicKeys {
  readonly count: number
  check(digest: FoundDigest, sha256: string, signature: string): SignatureVerdict
  /** A signature of any text, in hex. */
  checkText(fingerprint: string, text: string, signature: string): SignatureVerdict
}

/**
 * The keys in a file of `cairn keys export --public`, or in the answer of `aws cloudtrail list-public-keys`: both are a
 * JSON object with `PublicKeyList`, whose `Value` is base64 of DER, PKCS#1. Fingerprints are computed, never believed.
 *
 * @throws what `JSON.parse` does, and TypeError for what is no such object
 */
export function publicKeyValues(text: string): readonly string[] {
  const { PublicKeyList: list } = JSON.parse(text) as { PublicKeyList: readonly { Value: string }[] }
  return list.map(({ Value }) => Value)
}

/** @param values base64 of DER, PKCS#1 or SubjectPublicKeyInfo; one of the published samples is the latter */
export function publicKeys(values: readonly string[]): PublicKeys {
  const keys = new Map(
    values.map((value) => {
      const der = Buffer.from(value, 'base64')
      return [createHash('md5').update(der).digest('hex'), loadKey(der)] as const
    }),
  )
  function checkText(fingerprint: string, text: string, signature: string): SignatureVerdict {
    const key = keys.get(fingerprint)
    if (key === undefined) return 'no-key'
    return verify('sha256', Buffer.from(text), key, Buffer.from(signature, 'hex')) ? 'valid' : 'invalid'
  }
  return {
    count: keys.size,
    check({ fingerprint, endTime, bucket, key, previous }, sha256, signature) {
      const text = stringToSign({ endTime, bucket, key, sha256, previousSignature: previous?.signature })
      return checkText(fingerprint, text, signature)
    },
    checkText,
  }
}

function loadKey(der: Buffer): KeyObject {
  try {
    return createPublicKey({ key: der, format: 'der', type: 'pkcs1' })
  } catch {
    return createPublicKey({ key: der, format: 'der', type: 'spki' })
  }
}
