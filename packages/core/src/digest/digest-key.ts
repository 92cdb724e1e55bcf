import type { DigestChain } from './digest.ts'
import { fromStamp, toStamp } from './digest-time.ts'

/*
 * Keys of digests in a bucket:
 *
 *     key  := [prefix '/'] 'AWSLogs/' [organization '/'] account '/CloudTrail-Digest/' region '/' yyyy '/' mm '/' dd '/' name
 *     name := account '_CloudTrail-Digest_' region '_' trail '_' home region '_' yyyymmdd 'T' hhmmss 'Z' ['_backfill'] '.json.gz'
 *
 * The time is the end of the digest's window. aws-cli cuts it out by position, so the endings are exactly these.
 */

/** The folder of all digests of a chain's account and region, with a slash at its end. */
export function digestFolder({ prefix, organization, account, region }: DigestChain): string {
  const top = prefix === undefined ? 'AWSLogs/' : `${prefix}/AWSLogs/`
  return `${top}${organization === undefined ? '' : `${organization}/`}${account}/CloudTrail-Digest/${region}/`
}

/** The key of the digest whose window ends at `endMs`. */
export function digestKey(chain: DigestChain, endMs: number): string {
  const day = new Date(endMs).toISOString().slice(0, 10).replaceAll('-', '/')
  const ending = chain.kind === 'backfill' ? '_backfill.json.gz' : '.json.gz'
  const name = [chain.account, 'CloudTrail-Digest', chain.region, chain.trailName, chain.homeRegion, toStamp(endMs)]
  return `${digestFolder(chain)}${day}/${name.join('_')}${ending}`
}

/** What the name of a digest says. */
export interface DigestName {
  readonly account: string
  readonly region: string
  readonly trailName: string
  readonly homeRegion: string
  readonly kind: DigestChain['kind']
  readonly endMs: number
}

// Neither account nor region can hold an underscore; the name of a trail can, so it is what remains between them.
const namePattern =
  /^(\d{12})_CloudTrail-Digest_([a-z0-9-]+)_([A-Za-z0-9._-]+)_([a-z0-9-]+)_(\d{8}T\d{6}Z)(_backfill)?\.json\.gz$/

/** Reads the last part of a digest's key; `undefined` for any other file name. */
export function parseDigestName(name: string): DigestName | undefined {
  const [, account, region, trailName, homeRegion, stamp, backfill] = namePattern.exec(name) ?? []
  const endMs = stamp === undefined ? undefined : fromStamp(stamp)
  if (!account || !region || !trailName || !homeRegion || endMs === undefined) return undefined
  return { account, region, trailName, homeRegion, kind: backfill ? 'backfill' : 'standard', endMs }
}

/** The last part of a key. */
export function nameOfKey(key: string): string {
  return key.slice(key.lastIndexOf('/') + 1)
}
