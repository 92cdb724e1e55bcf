import { publicKeys } from '@cairn/server/proofs'
import type { Installation } from '../installation/index.ts'
import { readJson } from '../installation/index.ts'
import type { EvidenceObject } from '../offline/evidence.ts'
import { createHashPool } from '../offline/hash-pool.ts'
import type { VerifyReport } from '../offline/judge-evidence.ts'
import { publicKeysName } from '../offline/pack/pack-format.ts'
import { readMe } from '../offline/pack/read-me.ts'
import { createPack } from '../offline/pack/write-pack.ts'
import { reportText } from '../offline/report-text.ts'
import { verifyEvidence } from '../offline/verify-evidence.ts'
import { plainStyle, type Style } from '../output/output.ts'
import { findTrail } from './trail-facts.ts'
import { trailObjects } from './trail-objects.ts'

/** Packs what proves a trail, verifying it on the way: each object is read once. */
export async function makeEvidencePack(
  installation: Installation,
  asked: {
    /** Name or ARN. */
    readonly trail: string
    /** Default: since there is the trail. */
    readonly fromMs?: number
    /** Default: the installation's now. */
    readonly untilMs?: number
    /** Must not exist. */
    readonly path: string
    readonly style: Style
    readonly signal: AbortSignal
  },
): Promise<{
  readonly report: VerifyReport
  readonly reportText: string
  readonly manifestSha256: string
  readonly objects: number
}> {
  const { path, style, signal } = asked
  const call = { method: 'GET', path: '/_cairn/v1/keys/digest', signal } as const
  const published = await readJson<{ PublicKeyList: readonly { Value: string }[]; now: string }>(
    await installation.call(call),
  )
  const untilMs = Math.min(asked.untilMs ?? Number.POSITIVE_INFINITY, Date.parse(published.now))
  const trail = await findTrail(installation, asked.trail, signal)
  const fromMs = asked.fromMs ?? trail.sinceMs
  await using pack = await createPack(path)
  await using pool = createHashPool()
  async function* packed(): AsyncGenerator<EvidenceObject> {
    for await (const object of trailObjects(installation, trail, { fromMs, untilMs, signal })) {
      await pack.addObject(object)
      yield object
    }
  }
  const report = await verifyEvidence({
    objects: packed(),
    buckets: new Set(trail.places.map(({ bucket }) => bucket)),
    keys: publicKeys(published.PublicKeyList.map(({ Value }) => Value)),
    trail,
    fromMs,
    untilMs,
    pool,
    signal,
  })
  const facts = {
    trail: trail.arn,
    from: new Date(fromMs).toISOString(),
    until: new Date(untilMs).toISOString(),
    madeAt: published.now,
  }
  const json = (value: unknown) => `${JSON.stringify(value, undefined, 2)}\n`
  await pack.add(publicKeysName, json({ PublicKeyList: published.PublicKeyList }))
  await pack.add('trail.json', json(trail.settings ?? null))
  await pack.add('configuration.ndjson', trail.calls.map((text) => `${text}\n`).join(''))
  await pack.add('report.json', json(report))
  await pack.add('report.txt', `${reportText(report, plainStyle)}\n`)
  await pack.add('README.txt', readMe({ ...facts, objects: pack.objects }))
  const manifestSha256 = await pack.finish(facts, async (seal) => {
    const body = ReadableStream.from([Buffer.from(JSON.stringify(seal))])
    return readJson(await installation.call({ method: 'POST', path: '/_cairn/v1/evidence/sign', body, signal }))
  })
  return { report, reportText: reportText(report, style), manifestSha256, objects: pack.objects }
}
