import { hash } from 'node:crypto'
import { type PackSeal, type PackSealEntry, packObjectsText, packSealText } from '@cairn/core/digest'
import type { PublicKeys } from '@cairn/server/proofs'
import type { PackManifest } from './pack-format.ts'

/** `signature.json`: who vouches for the pack, and for which contents beside the objects. */
export interface PackSignature {
  readonly fingerprint: string
  /** Base64 of DER: of the key, for who has no other. */
  readonly publicKey: string
  /** Over {@link packSealText}, hex. */
  readonly signature: string
  readonly objectsSha256: string
  readonly entries: readonly PackSealEntry[]
}

type Facts = Pick<PackManifest, 'trail' | 'from' | 'until' | 'madeAt'>

/** What is to be signed of a pack with these entries. */
export function packSeal({ trail, from, until, madeAt }: Facts, entries: readonly PackSealEntry[]): PackSeal {
  const objects = entries.filter(isObject)
  return {
    ...{ trail, from, until, madeAt },
    objectsSha256: hash('sha256', packObjectsText(objects)),
    entries: entries.filter((entry) => !isObject(entry)).map(({ name, sha256 }) => ({ name, sha256 })),
  }
}

export function readPackSignature(text: string): PackSignature | undefined {
  try {
    const value = JSON.parse(text) as Partial<PackSignature> | null
    const { fingerprint, publicKey, signature, objectsSha256, entries } = value ?? {}
    const texts = [fingerprint, publicKey, signature, objectsSha256]
    return texts.every((one) => typeof one === 'string') && Array.isArray(entries)
      ? (value as PackSignature)
      : undefined
  } catch {
    return undefined
  }
}

export interface SealProblem {
  readonly kind: 'pack-changed' | 'key-unknown'
  /** Entry of the pack. */
  readonly name: string
  readonly sentence: string
}

/**
 * Holds what a manifest says against what was signed. Whoever changes a file and the manifest with it is found here, and
 * the file is named; whoever changes what was signed too cannot sign it.
 */
export function checkSeal(
  manifest: PackManifest,
  signature: PackSignature,
  keys: PublicKeys,
  names: { readonly signature: string; readonly manifest: string },
): readonly SealProblem[] {
  const { objectsSha256, entries } = signature
  const { trail, from, until, madeAt } = manifest
  const text = packSealText({ trail, from, until, madeAt, objectsSha256, entries })
  switch (keys.checkText(signature.fingerprint, text, signature.signature)) {
    case 'no-key': {
      const sentence = `The pack was signed with the key ${signature.fingerprint}, which is not among the keys given: it was signed by somebody else, or the keys are incomplete`
      return [{ kind: 'key-unknown', name: names.signature, sentence }]
    }
    case 'invalid': {
      const sentence = 'The signature does not fit: it, or what the manifest says of trail and time, was changed'
      return [{ kind: 'pack-changed', name: names.signature, sentence }]
    }
    case 'valid':
      return differences(manifest, signature, names)
  }
}

function differences(
  manifest: PackManifest,
  { objectsSha256, entries: signed }: PackSignature,
  names: { readonly signature: string; readonly manifest: string },
): readonly SealProblem[] {
  const others = manifest.entries.filter(({ name }) => name !== names.signature)
  const found = packSeal(manifest, others)
  const hashes = new Map(found.entries.map(({ name, sha256 }) => [name, sha256]))
  const problems: SealProblem[] = []
  const changed = (name: string, sentence: string) => problems.push({ kind: 'pack-changed', name, sentence })
  for (const { name, sha256 } of signed) {
    const hashed = hashes.get(name)
    if (hashed === undefined) changed(name, 'This file was signed as a part of the pack and is gone')
    else if (hashed !== sha256) changed(name, 'This file is not what was signed when the pack was made')
    hashes.delete(name)
  }
  for (const name of hashes.keys()) changed(name, 'This file was put into the pack after it was signed')
  if (found.objectsSha256 !== objectsSha256) {
    changed(names.manifest, 'The objects of buckets in the pack are not those that it was signed with')
  }
  return problems
}

function isObject({ name }: PackSealEntry): boolean {
  return name.startsWith('objects/')
}
