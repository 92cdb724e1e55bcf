import type { Finding } from '@cairn/core/digest'
import type { PublicKeys } from '@cairn/server/proofs'
import { defineCommand } from '../command.ts'
import type { Context } from '../context.ts'
import { exitCodes } from '../exit-code.ts'
import { CommandFailure } from '../failure.ts'
import type { EvidenceObject } from '../offline/evidence.ts'

export const verifyCommand = defineCommand({
  name: 'verify',
  summary: 'Prove that log files are what was delivered, and find what was changed, forged or removed',
  description:
    "Verifies buckets of this installation, or a copied folder, Cairn's or AWS's, without any server or network. Checks everything that `aws cloudtrail validate-logs` checks, and what it does not: digests against their successors, files on no digest's list, bytes behind the end of a file, hours that are missing up to now, chains that began anew.\n\nExits with 0 when everything that the digests cover is as it was delivered (log files newer than the newest are told), 5 when something was changed, 6 when something is missing, 7 when nothing speaks against it and not everything could be proven.",
  arguments: {
    places: {
      description: 's3://BUCKET[/PREFIX] of this installation, a folder, or an evidence pack (.zip)',
      many: true,
    },
  },
  options: {
    publicKeys: {
      description: 'the keys to trust, from `cairn keys export --public` or `aws cloudtrail list-public-keys`',
      value: 'file',
    },
    trail: { description: 'name or ARN of the trail; without it, every trail in the place', value: 'trail' },
    fromStore: {
      description:
        'store of the configuration that the s3:// places are in; its digests are somebody else’s: give their keys',
      value: 'name',
    },
    prefix: { description: 'only objects below this key prefix of the buckets', value: 'text' },
    metadata: { description: 'metadata of the objects of a folder (default: metadata.jsonl in it)', value: 'file' },
    from: { description: 'nothing older is asked about: 2026-03-01, 2026-03-01T10:00:00Z', value: 'time' },
    until: { description: 'up to when digests must be there (default: now)', value: 'time' },
    json: { description: 'as one JSON object' },
  },
  examples: [
    { run: 'verify s3://audit', means: 'every trail that delivers to the bucket' },
    { run: 'verify ./copy --public-keys keys.json', means: 'a copied folder, offline' },
    { run: 'verify pack.zip', means: 'what `cairn evidence` made, offline, with the keys it carries' },
    { run: 'verify ./copy --public-keys keys.json --until 2026-03-31', means: 'as of that day' },
  ],
  async run(context, { places }, options) {
    const [{ verifyEvidence }, { withFindings }, { createHashPool }, { reportText }, { timeOf }, { exitCodeOf }] =
      await Promise.all([
        import('../offline/verify-evidence.ts'),
        import('../offline/judge-evidence.ts'),
        import('../offline/hash-pool.ts'),
        import('../offline/report-text.ts'),
        import('../offline/asked-time.ts'),
        import('../offline/verdict.ts'),
      ])
    await using evidence = await openPlaces(context, places, options)
    const trailArn = options.trail ?? evidence.trail
    const trail = trailArn === undefined ? undefined : trailOf(trailArn)
    const fromMs = options.from === undefined ? evidence.fromMs : timeOf(options.from, 'from')
    const untilMs = options.until === undefined ? undefined : timeOf(options.until, 'until')
    await using pool = createHashPool()
    const judged = await verifyEvidence({
      pool,
      objects: evidence.objects,
      buckets: evidence.buckets,
      keys: evidence.keys,
      ...(trail && { trail }),
      ...(fromMs !== undefined && { fromMs }),
      untilMs: untilMs ?? evidence.nowMs,
      signal: context.signal,
    })
    const report = withFindings(judged, evidence.findings?.() ?? [])
    await context.stdout.line(
      options.json ? JSON.stringify(report, undefined, 2) : reportText(report, context.stdout.style),
    )
    return exitCodeOf(report)
  },
})

interface OpenPlaces {
  readonly objects: AsyncIterable<EvidenceObject>
  readonly buckets: ReadonlySet<string>
  readonly keys: PublicKeys
  readonly nowMs: number
  /** What a pack is about. */
  readonly trail?: string
  readonly fromMs?: number
  /** What is wrong with the pack itself; to be asked when the objects were read. */
  findings?(): readonly Finding[]
  [Symbol.asyncDispose](): Promise<void>
}

interface PlaceOptions {
  readonly publicKeys: string | undefined
  readonly prefix: string | undefined
  readonly fromStore: string | undefined
  readonly metadata: string | undefined
}

async function openPlaces(context: Context, places: readonly string[], options: PlaceOptions): Promise<OpenPlaces> {
  const { publicKeys } = await import('@cairn/server/proofs')
  const { readPublicKeys } = await import('../offline/public-keys.ts')
  const { resolve } = await import('node:path')
  const pinned =
    options.publicKeys === undefined ? undefined : await readPublicKeys(resolve(context.folder, options.publicKeys))
  const [first = ''] = places
  if (places.length === 1 && first.endsWith('.zip')) return openPackPlace(context, first, pinned)
  const buckets = places.flatMap((place) => bucketOf(place) ?? [])
  if (buckets.length === 0) {
    const { folderEvidence, requireFolder } = await import('../offline/folder-evidence.ts')
    for (const place of places) await requireFolder(resolve(context.folder, place))
    if (pinned === undefined) {
      throw new CommandFailure('A folder is verified with public keys that come from elsewhere.', {
        advice:
          'Give them: --public-keys keys.json. The installation makes them: `cairn keys export --public > keys.json`.',
        exitCode: exitCodes.usage,
      })
    }
    const objects = async function* () {
      for (const place of places) {
        const metadataFile =
          options.metadata === undefined ? {} : { metadataFile: resolve(context.folder, options.metadata) }
        yield* folderEvidence(resolve(context.folder, place), { ...metadataFile, shownAs: place })
      }
    }
    return {
      objects: objects(),
      buckets: new Set(),
      keys: pinned,
      nowMs: context.nowMs(),
      async [Symbol.asyncDispose]() {},
    }
  }
  if (buckets.length < places.length) {
    throw new CommandFailure('Buckets and folders are not verified together.', { exitCode: exitCodes.usage })
  }
  if (options.fromStore !== undefined && pinned === undefined) {
    throw new CommandFailure('Digests of another store are verified with the keys of whoever signed them.', {
      advice: 'Give them: --public-keys keys.json, e.g. the answer of `aws cloudtrail list-public-keys`.',
      exitCode: exitCodes.usage,
    })
  }
  const { bucketEvidence } = await import('../offline/bucket-evidence.ts')
  const { readJson } = await import('../installation/index.ts')
  const installation = await context.installation()
  const call = { method: 'GET', path: '/_cairn/v1/keys/digest', signal: context.signal } as const
  const published = await readJson<{ PublicKeyList: readonly { Value: string }[]; now: string }>(
    await installation.call(call),
  )
  const objects = async function* () {
    for (const { bucket, prefix } of buckets) {
      yield* bucketEvidence(installation, {
        bucket,
        prefix: options.prefix ?? prefix,
        ...(options.fromStore !== undefined && { store: options.fromStore }),
        signal: context.signal,
      })
    }
  }
  return {
    objects: objects(),
    buckets: new Set(buckets.map(({ bucket }) => bucket)),
    keys: pinned ?? publicKeys(published.PublicKeyList.map(({ Value }) => Value)),
    nowMs: Date.parse(published.now),
    [Symbol.asyncDispose]: () => installation[Symbol.asyncDispose](),
  }
}

/** A pack says itself what it is about, and carries its keys; pinned ones are believed instead. */
async function openPackPlace(context: Context, place: string, pinned: PublicKeys | undefined): Promise<OpenPlaces> {
  const [{ openPack }, { publicKeys }, { resolve }] = await Promise.all([
    import('../offline/pack/read-pack.ts'),
    import('@cairn/server/proofs'),
    import('node:path'),
  ])
  const pack = await openPack(resolve(context.folder, place), place)
  const { trail, from, until } = pack.manifest
  const keys = pinned ?? publicKeys(pack.publicKeys)
  pack.checkSignature(keys)
  return {
    objects: pack.objects(),
    buckets: pack.buckets,
    keys,
    nowMs: Date.parse(until),
    trail,
    fromMs: Date.parse(from),
    findings: () => pack.findings,
    [Symbol.asyncDispose]: () => pack[Symbol.asyncDispose](),
  }
}

function bucketOf(place: string): { readonly bucket: string; readonly prefix: string } | undefined {
  const [, bucket, prefix = ''] = /^s3:\/\/([^/]+)\/?(.*)$/.exec(place) ?? []
  return bucket === undefined ? undefined : { bucket, prefix }
}

/** A name stands for every trail of that name in the place: a copy may hold several accounts. */
function trailOf(text: string): { readonly account?: string; readonly name: string } {
  const [, account, name] = /^arn:[^:]+:cloudtrail:[^:]+:(\d{12}):trail\/(.+)$/.exec(text) ?? []
  if (account !== undefined && name !== undefined) return { account, name }
  if (!/^[A-Za-z0-9._-]{3,128}$/.test(text)) {
    throw new CommandFailure(`${text} is neither the name of a trail nor its ARN.`, { exitCode: exitCodes.usage })
  }
  return { name: text }
}
