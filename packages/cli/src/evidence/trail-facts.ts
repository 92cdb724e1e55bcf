import { recordOfLine } from '@cairn/core/lookup'
import { exitCodes } from '../exit-code.ts'
import { CommandFailure } from '../failure.ts'
import { type Installation, readJson, readLines } from '../installation/index.ts'

/** What a pack needs to know of its trail. */
export interface TrailFacts {
  readonly arn: string
  readonly account: string
  readonly name: string
  /** As the installation keeps it; absent when it is gone. */
  readonly settings?: Readonly<Record<string, unknown>> & Place
  /** Records of the calls that made and changed it, oldest first. */
  readonly calls: readonly string[]
  /** Since when there has been something of it: its making, as far as that is known. */
  readonly sinceMs: number
  /** Where it delivered to, ever. */
  readonly places: readonly Place[]
}

interface Place {
  readonly bucket: string
  readonly prefix?: string
}

/** Finds a trail by name or ARN; one that is gone by its ARN only. */
export async function findTrail(installation: Installation, text: string, signal: AbortSignal): Promise<TrailFacts> {
  const call = { method: 'GET', path: '/_cairn/v1/trails', signal } as const
  const { trails } = await readJson<{ trails: readonly (NonNullable<TrailFacts['settings']> & { arn: string })[] }>(
    await installation.call(call),
  )
  const found = trails.filter(({ arn }) => arn === text || arn.endsWith(`:trail/${text}`))
  if (found.length > 1) {
    throw new CommandFailure(`There are ${found.length} trails ${text}.`, {
      advice: `Give the ARN: ${found.map(({ arn }) => arn).join(', ')}`,
      exitCode: exitCodes.usage,
    })
  }
  const [settings] = found
  const arn = settings?.arn ?? text
  const [, , , region = '', account = ''] = arn.split(':')
  const name = arn.slice(arn.indexOf('/') + 1)
  if (!/^arn:[^:]+:cloudtrail:[^:]+:\d{12}:trail\/.+$/.test(arn)) {
    throw new CommandFailure(`There is no trail ${text}.`, { advice: 'One that was deleted is found by its ARN.' })
  }
  const calls = await callsOn({ arn, account, region, name }, installation, signal)
  const places = [...calls.flatMap(placesIn), ...(settings ? [settings] : [])]
  if (places.length === 0) {
    throw new CommandFailure(`Nothing is known of ${arn}: neither the trail nor a call that made it.`, {
      advice: 'The history must still hold the call that made it; see the retention of the history.',
    })
  }
  const distinct = new Map(
    places.map(({ bucket, prefix }) => [`${bucket}/${prefix ?? ''}`, withPrefix(bucket, prefix)]),
  )
  const sinceMs = Number(settings?.createdAtMs ?? timeOfCall(calls[0]))
  return { arn, account, name, ...(settings && { settings }), calls, sinceMs, places: [...distinct.values()] }
}

interface TrailName {
  readonly arn: string
  readonly account: string
  readonly region: string
  readonly name: string
}

/** More calls on one trail than anyone has made; beyond it the history in the pack says that it is cut. */
const callsMax = 100_000

async function callsOn(
  { arn, account, region, name }: TrailName,
  installation: Installation,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const body = {
    where: [
      { field: 'eventSource', exactly: 'cloudtrail.amazonaws.com' },
      { field: 'readOnly', exactly: 'false' },
    ],
    accounts: [account],
    order: 'oldest',
    limit: callsMax,
  }
  const answer = await installation.call({
    method: 'POST',
    path: '/_cairn/v1/lookup',
    headers: { 'content-type': 'application/json' },
    body: oneChunk(JSON.stringify(body)),
    signal,
  })
  const calls: string[] = []
  for await (const line of readLines(answer)) {
    const bytes = recordOfLine(line)
    if (bytes === undefined) {
      const { error } = JSON.parse(Buffer.from(line).toString()) as { error?: { message: string } }
      if (error !== undefined) throw new CommandFailure(`The history cannot be read: ${error.message}.`)
      continue
    }
    const text = Buffer.from(bytes).toString()
    if (isAbout(JSON.parse(text) as CallRecord, { arn, region, name })) calls.push(text)
  }
  return calls
}

interface CallRecord {
  readonly awsRegion?: string
  readonly errorCode?: string
  readonly requestParameters?: {
    readonly name?: string
    readonly trailName?: string
    readonly resourceId?: string
    readonly s3BucketName?: string
    readonly s3KeyPrefix?: string
  } | null
}

/** A bare name means the trail of the region it was called in. */
function isAbout({ awsRegion, requestParameters }: CallRecord, trail: Omit<TrailName, 'account'>): boolean {
  const { name, trailName, resourceId } = requestParameters ?? {}
  return [name, trailName, resourceId].some(
    (named) => named === trail.arn || (named === trail.name && awsRegion === trail.region),
  )
}

function timeOfCall(text: string | undefined): number {
  const { eventTime } = JSON.parse(text ?? '{}') as { eventTime?: string }
  return Date.parse(eventTime ?? '') || 0
}

function placesIn(text: string): readonly Place[] {
  const { requestParameters, errorCode } = JSON.parse(text) as CallRecord
  const { s3BucketName: bucket, s3KeyPrefix: prefix } = requestParameters ?? {}
  return bucket === undefined || errorCode !== undefined ? [] : [withPrefix(bucket, prefix || undefined)]
}

function withPrefix(bucket: string, prefix: string | undefined): Place {
  return { bucket, ...(prefix !== undefined && { prefix }) }
}

async function* oneChunk(text: string): AsyncIterable<Uint8Array> {
  yield Buffer.from(text)
}
