import { type Credentials, signRequest } from '@cairn/aws-kit/sigv4'
import { Fault } from '../../fault.ts'
import type { Clock } from '../../ports/clock.ts'
import type { GatewayUpstream } from './upstream.ts'

/** An upstream that takes longer is down as far as a start is concerned. */
const checkTimeoutMs = 3_000

export interface BucketSidesTelemetry {
  /** Whether the upstream has buckets of these names could not be found out. */
  bucketsUnchecked(facts: {
    readonly upstream: string
    readonly buckets: readonly string[]
    readonly reason: string
  }): void
}

/**
 * Looks at the start whether the upstream of S3 has a bucket of a name that is Cairn's: what is in it could not be
 * reached any more, and nobody would notice. Asked with the credentials of `sign=resign`, else without any; an answer
 * that tells nothing, or none, is told and the start goes on, because the upstream may well start after us.
 *
 * @throws Fault `gateway.bucket-on-both-sides`
 */
export async function checkBucketSides(
  upstream: GatewayUpstream,
  buckets: readonly string[],
  options: { readonly clock: Clock; readonly region: string; readonly telemetry: BucketSidesTelemetry },
): Promise<void> {
  const unchecked = new Map<string, string[]>()
  for (const bucket of buckets) {
    const found = await lookFor(upstream, bucket, options)
    if (found === 'there') {
      throw new Fault('gateway.bucket-on-both-sides', 'a bucket of this name is on both sides', {
        bucket,
        upstream: upstream.name,
      })
    }
    if (found !== 'absent') unchecked.set(found, [...(unchecked.get(found) ?? []), bucket])
    if (found === 'no answer') break
  }
  for (const [reason, names] of unchecked) {
    options.telemetry.bucketsUnchecked({ upstream: upstream.name, buckets: names, reason })
  }
}

async function lookFor(
  upstream: GatewayUpstream,
  bucket: string,
  { clock, region }: { readonly clock: Clock; readonly region: string },
): Promise<'there' | 'absent' | 'no answer' | 'not told'> {
  const { signing } = upstream.options
  const path = `/${bucket}`
  const keys: Credentials | undefined = signing.mode === 'resign' ? await signing.credentials() : undefined
  const headers = { host: upstream.host }
  const signed = keys && {
    ...signRequest({
      method: 'HEAD',
      path,
      headers,
      service: 's3',
      region: upstream.options.region ?? region,
      credentials: keys,
      nowMs: clock.nowMs(),
    }).headers,
  }
  try {
    const answer = await upstream.transport.send({
      origin: upstream.origin,
      method: 'HEAD',
      target: path,
      headers: Object.entries(signed ?? headers).flat(),
      body: undefined,
      signal: AbortSignal.timeout(checkTimeoutMs),
    })
    for await (const _ of answer.body);
    if (answer.status === 404) return 'absent'
    return answer.status < 400 ? 'there' : 'not told'
  } catch {
    return 'no answer'
  }
}
