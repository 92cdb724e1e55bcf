import { execFile } from 'node:child_process'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { promisify } from 'node:util'
import { publicKeys } from '@cairn/server/proofs'
import { type Client, clients, programOf } from '@cairn/testkit/clients'
import { createRandom } from '@cairn/testkit/seed'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  account,
  bucket,
  copyOf,
  type Evidence,
  homeRegion,
  keyPair,
  makeEvidence,
  trailName,
} from '../../packages/cli/src/offline/evidence.fixture.ts'
import type { EvidenceObject } from '../../packages/cli/src/offline/evidence.ts'
import { createHashPool } from '../../packages/cli/src/offline/hash-pool.ts'
import { tamperings } from '../../packages/cli/src/offline/tampering.fixture.ts'
import { verifyEvidence } from '../../packages/cli/src/offline/verify-evidence.ts'

/** What aws-cli sees of each way of tampering, held against what we foretell of it: with aws-cli itself. */

const found = clients()
const client = found.aws1
const key = keyPair()
const untouched = makeEvidence(key, { hours: 8, filesPerHour: 2, regions: [homeRegion] })
const pool = createHashPool()

let served: Evidence = untouched
let server: Server
let endpoint: string
beforeAll(async () => {
  server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost')
    if (request.method === 'POST') {
      response.end(JSON.stringify({ PublicKeyList: [{ Value: key.publicKey, Fingerprint: key.fingerprint }] }))
    } else if (searchParams.has('location')) {
      response.end('<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/"/>')
    } else if (pathname === `/${bucket}` || pathname === `/${bucket}/`) {
      const [prefix, marker] = [searchParams.get('prefix') ?? '', searchParams.get('marker') ?? '']
      const keys = [...served.objects.keys()].sort().filter((one) => one.startsWith(prefix) && one > marker)
      const contents = keys.map((one) => `<Contents><Key>${one}</Key><Size>1</Size></Contents>`).join('')
      response.end(
        `<ListBucketResult><Name>${bucket}</Name><IsTruncated>false</IsTruncated>${contents}</ListBucketResult>`,
      )
    } else {
      const object = served.objects.get(decodeURIComponent(pathname.slice(bucket.length + 2)))
      if (object === undefined) {
        response.statusCode = 404
        response.end('<Error><Code>NoSuchKey</Code><Message>gone</Message></Error>')
        return
      }
      for (const [name, value] of Object.entries(object.metadata)) response.setHeader(`x-amz-meta-${name}`, value)
      response.end(object.bytes)
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(async () => {
  server.close()
  server.closeAllConnections()
  await pool[Symbol.asyncDispose]()
})

/** INVALID lines that aws-cli prints. */
async function askAws(evidence: Evidence, asked: Client = client): Promise<number> {
  served = evidence
  const question = [
    ...['cloudtrail', 'validate-logs', '--region', homeRegion, '--s3-bucket', bucket, '--start-time', '2026-02-01'],
    ...['--trail-arn', `arn:aws:cloudtrail:${homeRegion}:${account}:trail/${trailName}`, '--end-time', '2026-04-01'],
  ]
  const env = {
    PATH: process.env.PATH ?? '',
    AWS_ACCESS_KEY_ID: 'any',
    AWS_SECRET_ACCESS_KEY: 'any',
    AWS_ENDPOINT_URL: endpoint,
    HOME: '/nonexistent',
  }
  const program = programOf(asked)
  const { stderr } = await promisify(execFile)(program, question, { env }).catch((failed: { stderr: string }) => failed)
  return [...stderr.matchAll(/INVALID/g)].length
}

async function* inBucket({ objects }: Evidence): AsyncGenerator<EvidenceObject> {
  for (const [at, { bytes, metadata }] of objects) {
    yield { key: at, place: at, bucket, metadata, bytes: Uint8Array.from(bytes) }
  }
}

async function foretold(evidence: Evidence): Promise<number> {
  const report = await verifyEvidence({
    objects: inBucket(evidence),
    keys: publicKeys([key.publicKey]),
    buckets: new Set([bucket]),
    untilMs: evidence.untilMs,
    pool,
    signal: new AbortController().signal,
  })
  return report.aws.invalid
}

test.each(
  [
    { name: 'aws-cli 1', asked: found.aws1 },
    { name: 'aws-cli 2', asked: found.aws2 },
  ].filter(({ asked }) => asked.kind === 'present'),
)('$name finds backfill digests valid', async ({ asked }) => {
  const evidence = makeEvidence(key, { hours: 4, filesPerHour: 1, regions: [homeRegion], lateInHours: [3, 2, 2] })
  expect(await askAws(evidence, asked)).toBe(0)
  const late = evidence.fileKeys.at(-1) ?? ''
  evidence.objects.delete(late)
  expect(await askAws(evidence, asked)).toBe(1)
  expect(await foretold(evidence)).toBe(1)
})

test.skipIf(client.kind === 'absent').each([{ name: 'nothing done', awsSees: false, tamper: () => [] }, ...tamperings])(
  '$name: aws-cli reports what we say it does',
  async ({ tamper, awsSees }) => {
    const evidence = copyOf(untouched)
    tamper(evidence, createRandom(7))
    const seen = await askAws(evidence)
    expect(seen > 0).toBe(awsSees)
    expect(await foretold(evidence)).toBe(seen)
  },
)
