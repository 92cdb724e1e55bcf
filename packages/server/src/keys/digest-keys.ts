import { createHash, createPrivateKey, generateKeyPair, sign } from 'node:crypto'
import { promisify } from 'node:util'
import type { Catalog } from '../ports/catalog.ts'
import type { KeyVault } from '../ports/key-vault.ts'
import { type DigestKey, digestKeyCollection, digestKeyId } from './digest-key.ts'

/** Signs for one region at one time. */
export interface DigestSigner {
  readonly fingerprint: string
  /** RSASSA-PKCS1-v1_5 with SHA-256 over the UTF-8 bytes; lower-case hex. The same text always gives the same. */
  sign(text: string): string
}

/** The public half of a key. */
export type PublicDigestKey = Omit<DigestKey, 'sealed'>

/** The keys that sign digests: per region, valid for 30 days, the next one made a day before the last one ends. */
export interface DigestKeys {
  /**
   * The key that signs a digest of `atMs`, which may lie in the past where digests are made late: a key's time always
   * covers the digests it signed. Made where there is none.
   *
   * @throws Fault `vault.unsealable` when the vault's key is not the one it was sealed with
   */
  signer(region: string, atMs: number): Promise<DigestSigner>
  /** Makes the keys that will be needed at `atMs`, so that nobody waits for them then. */
  prepare(regions: readonly string[], atMs: number): Promise<void>
  /** Keys of a region whose time overlaps; both ends inclusive. Oldest first. */
  published(region: string, fromMs: number, untilMs: number): readonly PublicDigestKey[]
  /** Every key of every region there ever was, by region, oldest first. */
  all(): readonly PublicDigestKey[]
  /** Destroys private halves that were not valid any more at `beforeMs`. */
  retire(beforeMs: number): Promise<void>
}

const dayMs = 86_400_000

/** @source the keys that aws-cli's examples show: 2,592,000 s each, successive ones overlap */
const validityMs = 30 * dayMs
const overlapMs = dayMs

const modulusBits = 2048

const generate = promisify(generateKeyPair)

export function createDigestKeys(options: {
  readonly catalog: Catalog
  readonly vault: KeyVault
  readonly telemetry: {
    digestKeyMade(facts: { readonly region: string; readonly fingerprint: string; readonly validUntil: string }): void
  }
}): DigestKeys {
  const { catalog, vault, telemetry } = options
  /** One at a time for each region: two callers must not make two keys of the same need. */
  const underWay = new Map<string, Promise<DigestKey>>()
  const unsealed = new Map<string, DigestSigner>()

  function keysOf(region: string): readonly DigestKey[] {
    return catalog
      .list(digestKeyCollection, `${region}/`)
      .map(({ value }) => value)
      .sort((a, b) => a.validFromMs - b.validFromMs)
  }

  function usable(region: string, atMs: number): DigestKey | undefined {
    return keysOf(region).findLast(
      (key) => key.sealed !== undefined && key.validFromMs <= atMs && atMs <= key.validUntilMs,
    )
  }

  async function keyFor(region: string, atMs: number): Promise<DigestKey> {
    await underWay.get(region)?.catch(() => undefined)
    const key = usable(region, atMs)
    if (key !== undefined && key.validUntilMs - atMs > overlapMs) return key
    const current = underWay.get(region)
    if (current !== undefined) return keyFor(region, atMs)
    const making = make(region, atMs)
    underWay.set(region, making)
    try {
      return await making
    } finally {
      underWay.delete(region)
    }
  }

  async function make(region: string, validFromMs: number): Promise<DigestKey> {
    const pair = await generate('rsa', {
      modulusLength: modulusBits,
      publicKeyEncoding: { type: 'pkcs1', format: 'der' },
      privateKeyEncoding: { type: 'pkcs8', format: 'der' },
    })
    const fingerprint = createHash('md5').update(pair.publicKey).digest('hex')
    const key: DigestKey = {
      region,
      fingerprint,
      publicKey: pair.publicKey.toString('base64'),
      sealed: vault.seal(pair.privateKey, contextOf(fingerprint)),
      validFromMs,
      validUntilMs: validFromMs + validityMs,
    }
    await catalog.change({ intentId: undefined }, (draft) => draft.put(digestKeyCollection, digestKeyId(key), key))
    telemetry.digestKeyMade({ region, fingerprint, validUntil: new Date(key.validUntilMs).toISOString() })
    return key
  }

  function signerOf(key: DigestKey): DigestSigner {
    const { fingerprint } = key
    const known = unsealed.get(fingerprint)
    if (known !== undefined) return known
    const privateKey = createPrivateKey({
      key: Buffer.from(vault.unseal(key.sealed ?? '', contextOf(fingerprint))),
      format: 'der',
      type: 'pkcs8',
    })
    const signer = {
      fingerprint,
      sign: (text: string) => sign('sha256', Buffer.from(text), privateKey).toString('hex'),
    }
    unsealed.set(fingerprint, signer)
    return signer
  }

  return {
    signer: async (region, atMs) => signerOf(await keyFor(region, atMs)),
    async prepare(regions, atMs) {
      await Promise.all(regions.map((region) => keyFor(region, atMs)))
    },
    published: (region, fromMs, untilMs) =>
      keysOf(region)
        .filter((key) => key.validFromMs <= untilMs && key.validUntilMs >= fromMs)
        .map(publicHalf),
    all: () =>
      catalog
        .list(digestKeyCollection)
        .map(({ value }) => publicHalf(value))
        .sort((a, b) => (a.region === b.region ? a.validFromMs - b.validFromMs : a.region < b.region ? -1 : 1)),
    async retire(beforeMs) {
      const spent = catalog
        .list(digestKeyCollection)
        .filter(({ value }) => value.sealed !== undefined && value.validUntilMs < beforeMs)
      if (spent.length === 0) return
      await catalog.change({ intentId: undefined }, (draft) => {
        for (const { key, value } of spent) draft.put(digestKeyCollection, key, publicHalf(value))
      })
      for (const { value } of spent) unsealed.delete(value.fingerprint)
    },
  }
}

function contextOf(fingerprint: string): string {
  return `digest-key/${fingerprint}`
}

function publicHalf({ sealed: _, ...rest }: DigestKey): PublicDigestKey {
  return rest
}
