import { hash } from 'node:crypto'
import { type Finding, nameOfKey, parseDigestName, parseLogFileName } from '@cairn/core/digest'
import { type PublicKeys, publicKeys, publicKeyValues } from '@cairn/server/proofs'
import { CommandFailure } from '../../failure.ts'
import type { EvidenceObject } from '../evidence.ts'
import {
  manifestName,
  metadataName,
  objectName,
  type PackedObject,
  type PackManifest,
  packFormat,
  publicKeysName,
  signatureName,
} from './pack-format.ts'
import { checkSeal, readPackSignature } from './pack-signature.ts'
import { openZip, type ZipReader } from './zip-reader.ts'

/** An evidence pack, to be verified. */
export interface Pack {
  readonly manifest: PackManifest
  /** The public keys that it carries, base64 of DER; none when they cannot be read. */
  readonly publicKeys: readonly string[]
  /** Holds the pack against its signature; what does not fit is a finding. */
  checkSignature(keys: PublicKeys): void
  readonly buckets: ReadonlySet<string>
  objects(): AsyncIterable<EvidenceObject>
  /** What was found to be other than it was packed; complete once `objects` were read to their end. */
  readonly findings: readonly Finding[]
  [Symbol.asyncDispose](): Promise<void>
}

/** @throws CommandFailure when it is no pack, or cannot be read at all */
export async function openPack(path: string, shownAs: string): Promise<Pack> {
  const zip = await openZip(path)
  if (zip === undefined) throw unreadable(shownAs)
  try {
    return await readPack(zip, shownAs)
  } catch (error) {
    await zip[Symbol.asyncDispose]()
    throw error
  }
}

async function readPack(zip: ZipReader, shownAs: string): Promise<Pack> {
  const findings: Finding[] = []
  const last = zip.entries.at(-1)
  if (last === undefined) throw unreadable(shownAs)
  const read = await zip.read(last)
  const manifest = readManifest(read.content)
  if (manifest === undefined) throw unreadable(shownAs, manifestName)
  const changed = (name: string, sentence: string) =>
    findings.push(packFinding({ kind: 'pack-changed', place: `${shownAs}: ${name}`, sentence }, manifest))
  if (!read.isIntact || last.name !== manifestName)
    changed(manifestName, 'The manifest was changed after it was packed')
  if (!zip.isDirectoryIntact)
    changed('its directory', "The directory at the pack's end was changed after it was written")
  if (zip.entries.length - 1 !== manifest.entries.length) {
    changed('its directory', 'The pack holds more or fewer files than its manifest names')
  }

  const byName = new Map(zip.entries.map((entry) => [entry.name, entry]))

  /** Content of the entry that the manifest names at a place; told when it is not what was packed. */
  async function entryAt(index: number): Promise<Buffer<ArrayBuffer> | undefined> {
    const expected = manifest?.entries[index]
    // By its place too: a name may be what was changed.
    const entry = expected && (byName.get(expected.name) ?? zip.entries[index])
    if (entry === undefined || expected === undefined) return undefined
    const { content, isIntact } = await zip.read(entry)
    if (!isIntact || entry.name !== expected.name || hash('sha256', content) !== expected.sha256) {
      changed(expected.name, 'This file is not what was packed: it, or what the pack says of it, was changed')
    }
    return content
  }

  const indexOf = (name: string) => manifest.entries.findIndex((entry) => entry.name === name)
  const text = async (name: string) => (await entryAt(indexOf(name)))?.toString() ?? ''
  const ownKeys = await text(publicKeysName)
  const signature = readPackSignature(await text(signatureName))
  const known = readMetadata(await text(metadataName))
  const apart = new Set([publicKeysName, metadataName, signatureName])

  return {
    manifest,
    publicKeys: [...valuesIn(ownKeys), ...(signature ? [signature.publicKey] : [])].filter(isKey),
    checkSignature(keys) {
      if (signature === undefined) findings.push(withoutSignature(manifest, shownAs))
      else {
        const names = { signature: signatureName, manifest: manifestName }
        for (const { kind, name, sentence } of checkSeal(manifest, signature, keys, names)) {
          findings.push(packFinding({ kind, sentence, place: `${shownAs}: ${name}` }, manifest))
        }
      }
    },
    findings,
    buckets: new Set([...known.values()].map(({ bucket }) => bucket)),
    async *objects() {
      for (const [index, { name }] of manifest.entries.entries()) {
        if (apart.has(name)) continue
        const content = await entryAt(index)
        const object = known.get(name)
        if (object === undefined) {
          if (name.startsWith('objects/')) changed(name, 'The pack says of no bucket that this file was in it')
          continue
        }
        if (content === undefined || !isEvidence(object.key)) continue
        yield { ...object, place: `${shownAs}: ${name}`, bytes: new Uint8Array(content) }
      }
    },
    [Symbol.asyncDispose]: () => zip[Symbol.asyncDispose](),
  }
}

function packFinding(
  found: Pick<Finding, 'kind' | 'place' | 'sentence'>,
  { from, until }: Pick<PackManifest, 'from' | 'until'>,
): Finding {
  return { ...found, region: '-', fromMs: Date.parse(from), untilMs: Date.parse(until) }
}

/** Who takes a signature away can also say that there never was one: then nothing proves what it would have proven. */
function withoutSignature(manifest: PackManifest, shownAs: string): Finding {
  const place = `${shownAs}: ${signatureName}`
  return manifest.format < 2
    ? packFinding(
        { kind: 'signature-unavailable', place, sentence: 'The pack is of an older form, which was not signed' },
        manifest,
      )
    : packFinding({ kind: 'signature-stripped', place, sentence: 'The signature of the pack was removed' }, manifest)
}

function isKey(value: unknown): value is string {
  try {
    return typeof value === 'string' && publicKeys([value]).count === 1
  } catch {
    return false
  }
}

function valuesIn(text: string): readonly string[] {
  try {
    return publicKeyValues(text)
  } catch {
    return []
  }
}

function isEvidence(key: string): boolean {
  const name = nameOfKey(key)
  return parseDigestName(name) !== undefined || parseLogFileName(name) !== undefined
}

function readManifest(content: Uint8Array): PackManifest | undefined {
  try {
    const manifest = JSON.parse(Buffer.from(content).toString()) as PackManifest
    if (manifest.format > packFormat) {
      throw new CommandFailure('The pack was made by a newer version of Cairn.', { advice: 'Verify it with that one.' })
    }
    const isOne = Array.isArray(manifest.entries) && !Number.isNaN(Date.parse(manifest.from + manifest.until.slice(24)))
    return isOne ? manifest : undefined
  } catch (error) {
    if (error instanceof CommandFailure) throw error
    return undefined
  }
}

/** By the name in the pack. Lines that cannot be read are left out; that they were changed is told already. */
function readMetadata(text: string): ReadonlyMap<string, PackedObject> {
  const lines = text.split('\n').flatMap((line) => {
    try {
      return line === '' ? [] : [JSON.parse(line) as PackedObject]
    } catch {
      return []
    }
  })
  return new Map(lines.map((object) => [objectName(object), object]))
}

function unreadable(shownAs: string, part = 'the directory at its end'): CommandFailure {
  return new CommandFailure(`${shownAs} is no evidence pack, or was changed: ${part} cannot be read.`, {
    advice: 'Get it again from whoever made it.',
    exitCode: 5,
  })
}
