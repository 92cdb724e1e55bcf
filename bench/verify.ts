/**
 * `cairn verify` of a day's chain against aws-cli over the same objects, and against the limit: inflating and hashing
 * the same files on both cores and nothing else. All in one run, by turns. First over a folder, for which aws-cli is given
 * the objects out of this process's memory; then both over the same bucket of a running server.
 *
 * Usage: node bench/verify.ts [files an hour] [events a file] [regions]
 *   node bench/verify.ts 12 1000 1     24 hours, 288 files of 1,000 events
 *   node bench/verify.ts 12 10 17      24 hours in 17 regions, 4,896 files of 10 events
 */
import { execFile } from 'node:child_process'
import { hash } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { gunzipSync } from 'node:zlib'
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { findServer } from '@cairn/server/local-access'
import { publicKeys } from '@cairn/server/proofs'
import { clients } from '@cairn/testkit/clients'
import { startCairn, temporaryFolder } from '@cairn/testkit/running-cairn'
import { openRemote } from '../packages/cli/src/installation/remote.ts'
import { bucketEvidence } from '../packages/cli/src/offline/bucket-evidence.ts'
import {
  account,
  bucket,
  homeRegion,
  keyPair,
  makeEvidence,
  trailName,
  writeEvidence,
} from '../packages/cli/src/offline/evidence.fixture.ts'
import type { EvidenceObject } from '../packages/cli/src/offline/evidence.ts'
import { folderEvidence } from '../packages/cli/src/offline/folder-evidence.ts'
import { createHashPool } from '../packages/cli/src/offline/hash-pool.ts'
import { verifyEvidence } from '../packages/cli/src/offline/verify-evidence.ts'

/** In one piece of the size that the trailer states, which is quicker by a third than in zlib's own. */
const inflated = (bytes: Buffer) => gunzipSync(bytes, { chunkSize: bytes.readUInt32LE(bytes.length - 4) + 64 })

/** The limit: each thread has started and knows its share before the clock runs. */
if (!isMainThread) {
  parentPort?.once('message', () => {
    for (const path of workerData as readonly string[]) {
      const content = inflated(readFileSync(path))
      hash('sha256', content)
      // Given back at once, which is quicker by a tenth than by the collector. Small ones are in a buffer with others.
      if (content.length >= 256 * 1024) (content.buffer as ArrayBuffer).transfer(0)
    }
    parentPort?.close()
  })
  parentPort?.postMessage('ready')
} else {
  // Threads start as those of the program do, whose code was compiled before.
  process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL('../.cache/compile', import.meta.url))
  const [filesPerHour = 12, eventsPerFile = 1000, regionCount = 1] = process.argv.slice(2).map(Number)
  await bench(filesPerHour, eventsPerFile, regionCount)
}

async function bench(filesPerHour: number, eventsPerFile: number, regionCount: number): Promise<void> {
  const key = keyPair()
  const regions = [homeRegion, ...Array.from({ length: regionCount - 1 }, (_, index) => `xx-bench-${index + 1}`)]
  const evidence = makeEvidence(key, { hours: 24, filesPerHour, eventsPerFile, regions, detail })
  const folder = await mkdtemp(join(tmpdir(), 'cairn-bench-verify-'))
  writeEvidence(evidence, folder)
  const keys = [...evidence.objects.keys()]
  const paths = keys.map((one) => join(folder, one))
  const bytes = paths.reduce((sum, path) => sum + gunzipSync(readFileSync(path)).length, 0)
  console.log(`${keys.length} objects, ${(bytes / 1e6).toFixed(0)} MB uncompressed, ${availableParallelism()} cores`)

  const limit = async () => {
    const workers = Array.from({ length: availableParallelism() }, (_, n) => {
      const share = paths.filter((__, index) => index % availableParallelism() === n)
      return new Worker(new URL(import.meta.url), { workerData: share })
    })
    await Promise.all(workers.map((worker) => once(worker, 'message')))
    return timed(() =>
      Promise.all(
        workers.map((worker) => {
          worker.postMessage('go')
          return once(worker, 'exit')
        }),
      ),
    )
  }
  const verify = async (objects: AsyncIterable<EvidenceObject>, buckets: ReadonlySet<string>) => {
    await using pool = createHashPool()
    const report = await verifyEvidence({
      objects,
      keys: publicKeys([key.publicKey]),
      buckets,
      untilMs: evidence.untilMs,
      pool,
      signal: new AbortController().signal,
    })
    if (report.findings.length > 0) throw new Error('an untouched chain has findings')
  }
  const best = { limit: Number.POSITIVE_INFINITY, cairn: Number.POSITIVE_INFINITY }
  for (let round = 0; round < 5; round += 1) {
    best.limit = Math.min(best.limit, await limit())
    best.cairn = Math.min(best.cairn, await timed(() => verify(folderEvidence(folder), new Set())))
  }
  tell('limit', best.limit, keys.length, bytes)
  tell('cairn verify', best.cairn, keys.length, bytes)
  console.log(`share of the limit ${((100 * best.limit) / best.cairn).toFixed(0)} %`)

  const { aws1 } = clients()
  if (aws1.kind === 'present') {
    const took = await askAws(aws1.program)
    tell('aws-cli', took, keys.length, bytes)
    console.log(`times aws-cli ${(took / best.cairn).toFixed(1)}`)
    await overBucket(aws1.program)
  } else console.log(`aws-cli: ${aws1.reason}`)
  await rm(folder, { recursive: true })

  /** Both ask the same server for the same objects. */
  async function overBucket(program: string): Promise<void> {
    using place = temporaryFolder()
    const dataDir = join(place.path, 'data')
    await using server = await startCairn({ dataDir, args: ['--region', homeRegion, '--log-level', 'warn'] })
    const { AWS_ACCESS_KEY_ID: accessKeyId = '', AWS_SECRET_ACCESS_KEY: secretAccessKey = '' } = server.environment
    const s3 = new S3Client({
      endpoint: server.endpoint,
      region: homeRegion,
      forcePathStyle: true,
      credentials: { accessKeyId, secretAccessKey },
    })
    const LocationConstraint = homeRegion as 'eu-west-1'
    await s3.send(new CreateBucketCommand({ Bucket: bucket, CreateBucketConfiguration: { LocationConstraint } }))
    for (const [Key, { bytes: Body, metadata: Metadata }] of evidence.objects) {
      await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body, Metadata }))
    }
    s3.destroy()
    const running = findServer(dataDir)
    const installation = running && (await openRemote(running, { dataDir, region: homeRegion }, Date.now))
    if (installation === undefined) throw new TypeError('no server')
    const { signal } = new AbortController()
    const ours = () => verify(bucketEvidence(installation, { bucket, prefix: '', signal }), new Set([bucket]))
    let cairnMs = Number.POSITIVE_INFINITY
    for (let round = 0; round < 5; round += 1) cairnMs = Math.min(cairnMs, await timed(ours))
    const awsMs = await askAws(program, { ...server.environment, AWS_ENDPOINT_URL_S3: server.endpoint })
    tell('cairn verify, over a bucket', cairnMs, keys.length, bytes)
    tell('aws-cli, over the same', awsMs, keys.length, bytes)
    console.log(`times aws-cli ${(awsMs / cairnMs).toFixed(1)}`)
  }

  /** Its start-up, which a larger chain hides, is taken off. Without an endpoint for S3 it gets objects from memory. */
  async function askAws(program: string, more: Readonly<Record<string, string>> = {}): Promise<number> {
    const server = createServer((request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost')
      const object = evidence.objects.get(decodeURIComponent(pathname.slice(bucket.length + 2)))
      if (request.method === 'POST') {
        response.end(JSON.stringify({ PublicKeyList: [{ Value: key.publicKey, Fingerprint: key.fingerprint }] }))
      } else if (searchParams.has('location')) response.end('<LocationConstraint/>')
      else if (object === undefined) {
        const prefix = searchParams.get('prefix') ?? ''
        const contents = keys
          .filter((one) => one.startsWith(prefix))
          .sort()
          .map((one) => `<Contents><Key>${one}</Key></Contents>`)
        response.end(`<ListBucketResult><IsTruncated>false</IsTruncated>${contents.join('')}</ListBucketResult>`)
      } else {
        for (const [name, value] of Object.entries(object.metadata)) response.setHeader(`x-amz-meta-${name}`, value)
        response.end(object.bytes)
      }
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const run = promisify(execFile)
    const anybody = { AWS_ACCESS_KEY_ID: 'any', AWS_SECRET_ACCESS_KEY: 'any' }
    const env = { ...process.env, ...anybody, ...more, AWS_ENDPOINT_URL: endpoint }
    const startUp = await timed(() => run(program, ['--version'], { env }))
    let took = 0
    for (const region of regions) {
      const question = ['--trail-arn', `arn:aws:cloudtrail:${homeRegion}:${account}:trail/${trailName}`]
      const range = [
        '--start-time',
        '2026-02-01',
        '--end-time',
        '2026-04-01',
        '--s3-bucket',
        bucket,
        '--region',
        region,
      ]
      took +=
        (await timed(() => run(program, ['cloudtrail', 'validate-logs', ...question, ...range], { env }))) - startUp
    }
    server.close()
    server.closeAllConnections()
    return took
  }
}

/** Brings an event to the 1.3 KB of real ones, a tenth of it different in each. */
function detail(serial: string): object {
  const id = hash('sha256', serial)
  return {
    userAgent: '[aws-cli/2.15.30 Python/3.11.8 Linux/6.1.0 exe/x86_64.debian.12 prompt/off command/s3.cp]',
    requestID: id.slice(0, 36),
    sharedEventID: id.slice(28),
    additionalEventData: {
      SignatureVersion: 'SigV4',
      CipherSuite: 'TLS_AES_128_GCM_SHA256',
      AuthenticationMethod: 'AuthHeader',
      note: 'The rest is what sessions, tags, policies and addresses take in real events. '.repeat(8),
    },
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  await work()
  return performance.now() - began
}

function tell(name: string, tookMs: number, objects: number, bytes: number): void {
  const perSecond = (amount: number) => Math.round((amount * 1000) / tookMs)
  console.log(`${name}: ${tookMs.toFixed(0)} ms, ${perSecond(objects)} objects/s, ${perSecond(bytes / 1e6)} MB/s`)
}
