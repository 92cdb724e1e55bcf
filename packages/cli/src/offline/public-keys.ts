import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { type FoundDigest, type SignatureVerdict, stringToSign } from '@cairn/core/digest'
import { CommandFailure } from '../failure.ts'

/** Checks signatures with the public keys that were given, and no others. */
export interface PublicKeys {
  readonly count: number
  check(digest: FoundDigest, sha256: string, signature: string): SignatureVerdict
  /** A signature of any text, in hex. */
  checkText(fingerprint: string, text: string, signature: string): SignatureVerdict
}

/**
 * Reads the file of `cairn keys export --public`, or the answer of `aws cloudtrail list-public-keys`: both are a JSON
 * object with `PublicKeyList`, whose `Value` is base64 of DER, PKCS#1. Fingerprints are computed, never believed.
 *
 * @throws CommandFailure when it cannot be read or holds no key
 */
export async function readPublicKeys(path: string): Promise<PublicKeys> {
  const text = await readFile(path, 'utf8').catch((cause) => {
    throw new CommandFailure(`The public keys in ${path} cannot be read.`, { cause })
  })
  return readPublicKeyList(text, path)
}

/** The same of a text; `path` is where it came from. */
export function readPublicKeyList(text: string, path: string): PublicKeys {
  try {
    const { PublicKeyList: list } = JSON.parse(text) as { PublicKeyList: readonly { Value: string }[] }
    return publicKeys(list.map(({ Value }) => Value))
  } catch (cause) {
    throw new CommandFailure(`${path} holds no public keys.`, {
      cause,
      advice: 'Make it with `cairn keys export --public`, or with `aws cloudtrail list-public-keys`.',
    })
  }
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
