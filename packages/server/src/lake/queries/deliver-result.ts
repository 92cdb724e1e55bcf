import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import {
  csvLine,
  resultFileName,
  resultFolder,
  resultSignText,
  resultStringToSign,
  type SignedFile,
  signFileName,
} from '@cairn/core/query-result'
import { type Buckets, defaultRetention, withRetention } from '../../buckets/index.ts'
import { Fault } from '../../fault.ts'
import type { DigestKeys } from '../../keys/index.ts'
import type { Clock } from '../../ports/clock.ts'
import type { ResultRow } from '../../ports/lake-results.ts'
import type { DeliveryState, ResultDestination } from './query.ts'

/** A result that is whole, and where it goes. */
export interface ResultToDeliver {
  readonly queryId: string
  readonly account: string
  readonly region: string
  /** ARN of the store that the bucket's policy names as the source. */
  readonly sourceArn: string
  readonly createdAtMs: number
  readonly destination: ResultDestination
  readonly columns: readonly string[]
  readonly rows: AsyncIterable<readonly ResultRow[]>
}

export type DeliverResult = (result: ResultToDeliver) => Promise<DeliveryState>

/** @source CloudTrail User Guide: a result file has at most a terabyte, which no file of ours should come near */
const fileCharsMax = 4 * 1024 * 1024 * 1024

/** Text is handed to the compressor in pieces that are worth its while. */
const pieceChars = 64 * 1024

/**
 * Puts a result into one of Cairn's own buckets as `cloudtrail.amazonaws.com`, which the bucket's policy must let in: the
 * files first, then the sign file that lists them, so that a sign file never promises what is not there.
 */
export function createDeliverResult(options: {
  readonly buckets: Pick<Buckets, 'find' | 'checkPutAccess' | 'objects'>
  readonly keys: Pick<DigestKeys, 'signer'>
  readonly clock: Clock
  readonly telemetry: {
    resultNotDelivered(facts: {
      readonly queryId: string
      readonly state: DeliveryState
      readonly cause: unknown
    }): void
  }
  /** Characters after which a new file is begun. */
  readonly fileCharsMax?: number
}): DeliverResult {
  const { buckets, keys, clock, telemetry } = options

  async function put(result: ResultToDeliver, name: string, type: string, body: AsyncIterable<Uint8Array>) {
    const { destination, account, createdAtMs, queryId, sourceArn } = result
    const { bucket: bucketName, prefix } = destination
    const key = resultFolder({ prefix, account, createdAtMs, queryId }) + name
    const verdict = buckets.checkPutAccess({ bucket: bucketName, key, sourceArn, sourceAccount: account })
    const bucket = buckets.find(bucketName)
    if (verdict === 'no-such-bucket' || bucket === undefined) {
      throw new Fault('object.no-such-bucket', 'the bucket is gone', { bucket: bucketName })
    }
    if (verdict === 'denied') throw new Fault('lake.delivery-denied', 'the bucket keeps the result out', { key })
    await buckets.objects.put({
      bucket: bucketName,
      key,
      headers: { 'content-type': type, 'x-amz-server-side-encryption': 'AES256' },
      body,
      attributes: withRetention(defaultRetention(bucket.lock, clock.nowMs())),
      keepsVersions: bucket.versioning === 'Enabled',
      writtenBy: `query-${queryId}`,
    })
  }

  async function putFiles(result: ResultToDeliver): Promise<readonly SignedFile[]> {
    const files: SignedFile[] = []
    const lines = piecesOf(result.rows)[Symbol.asyncIterator]()
    let next = await lines.next()
    try {
      // A result without rows is a file with the heading alone.
      do {
        const sha256 = createHash('sha256')
        const fileName = resultFileName(files.length + 1)
        const text = async function* () {
          yield csvLine(result.columns)
          for (let chars = 0; !next.done && chars < (options.fileCharsMax ?? fileCharsMax); next = await lines.next()) {
            chars += next.value.length
            yield next.value
          }
        }
        await put(result, fileName, 'application/gzip', hashed(gzipped(text()), sha256))
        files.push({ fileName, fileHashValue: sha256.digest('hex') })
      } while (!next.done)
      return files
    } finally {
      await lines.return(undefined)
    }
  }

  async function putSign(result: ResultToDeliver, files: readonly SignedFile[]): Promise<void> {
    const nowMs = clock.nowMs()
    const signer = await keys.signer(result.region, nowMs)
    const text = resultSignText({
      region: result.region,
      files,
      queryCompleteTime: new Date(nowMs).toISOString(),
      hashSignature: signer.sign(resultStringToSign(files)),
      publicKeyFingerprint: signer.fingerprint,
    })
    await put(result, signFileName, 'application/json', bytesOf(text))
  }

  return async (result) => {
    const failed = (cause: unknown, isSigning: boolean): DeliveryState => {
      const state = stateOf(cause, isSigning)
      telemetry.resultNotDelivered({ queryId: result.queryId, state, cause })
      return state
    }
    let files: readonly SignedFile[]
    try {
      files = await putFiles(result)
    } catch (cause) {
      return failed(cause, false)
    }
    try {
      await putSign(result, files)
    } catch (cause) {
      return failed(cause, true)
    }
    return 'SUCCESS'
  }
}

function stateOf(cause: unknown, isSigning: boolean): DeliveryState {
  const code = cause instanceof Fault ? cause.code : undefined
  if (code === 'object.no-such-bucket') return 'RESOURCE_NOT_FOUND'
  if (code === 'lake.delivery-denied') return isSigning ? 'ACCESS_DENIED_SIGNING_FILE' : 'ACCESS_DENIED'
  return isSigning ? 'FAILED_SIGNING_FILE' : 'FAILED'
}

async function* piecesOf(rows: AsyncIterable<readonly ResultRow[]>): AsyncGenerator<string> {
  let piece = ''
  for await (const some of rows) {
    for (const row of some) {
      piece += csvLine(row)
      if (piece.length < pieceChars) continue
      yield piece
      piece = ''
    }
  }
  if (piece !== '') yield piece
}

async function* gzipped(text: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  const gzip = createGzip()
  const feeding = pipeline(Readable.from(text), gzip)
  // Its failure comes out of `gzip` too.
  feeding.catch(() => undefined)
  yield* gzip
}

async function* hashed(
  bytes: AsyncIterable<Uint8Array>,
  sha256: ReturnType<typeof createHash>,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of bytes) {
    sha256.update(chunk)
    yield chunk
  }
}

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text)
}
