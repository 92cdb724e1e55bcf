/**
 * Verifying a small signed request, signing key cached, beside what cannot be avoided (two SHA-256 and one HMAC of the
 * same sizes) and beside the official signer signing it again, by turns in the same run.
 *
 * Usage: node bench/sigv4.ts [seconds]
 */
import { createHash, createHmac, hash } from 'node:crypto'
import { createSigningKeys, readAuthentication, signRequest, verifyRequest } from '@cairn/aws-kit/sigv4'
import { SignatureV4 } from '@smithy/signature-v4'

const seconds = Number(process.argv[2] ?? 6)
const rounds = 8
const nowMs = Date.UTC(2026, 1, 3, 4, 5, 6)
const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' }
const body = Buffer.from('{"trailNameList":["main"],"includeShadowTrails":true}')
const headers = {
  host: '127.0.0.1:4577',
  'content-type': 'application/x-amz-json-1.1',
  'x-amz-target': 'CloudTrail_20131101.DescribeTrails',
  'x-amz-user-agent': 'aws-sdk-js/3.1137.0',
  'amz-sdk-invocation-id': '1c3a3d57-1b3c-4f0f-9c39-64e7fbcb5a5a',
  'amz-sdk-request': 'attempt=1; max=3',
}
const signed = signRequest({
  method: 'POST',
  path: '/',
  headers,
  payload: body,
  service: 'cloudtrail',
  region: 'us-east-1',
  credentials,
  nowMs,
})
const head = {
  method: 'POST',
  path: '/',
  query: '',
  headers: Object.entries({ ...signed.headers, 'user-agent': 'aws-sdk-js/3.1137.0', 'content-length': '53' }).flat(),
}

const keys = createSigningKeys({ entriesMax: 1000 })
function verify(): void {
  const request = readAuthentication(head, nowMs)
  if (request.kind !== 'signed') throw new TypeError('the request is anonymous')
  verifyRequest(
    request,
    keys.get(request.accessKeyId, request.scope, () => credentials.secretAccessKey),
    body,
  )
}

const canonical = Buffer.alloc(600, 'c')
function unavoidable(): void {
  hash('sha256', body, 'hex')
  hash('sha256', canonical, 'hex')
  createHmac('sha256', signed.signingKey).update(canonical.subarray(0, 140)).digest('hex')
}

/** What the official signer wants of a hash. */
class Sha256 {
  readonly #hash
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret as Uint8Array)
  }
  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(data as Uint8Array)
  }
  async digest(): Promise<Uint8Array> {
    return this.#hash.digest()
  }
  reset(): void {
    throw new RangeError('not used by the signer')
  }
}

const official = new SignatureV4({ service: 'cloudtrail', region: 'us-east-1', credentials, sha256: Sha256 })
const officialRequest = {
  method: 'POST',
  protocol: 'http:',
  hostname: '127.0.0.1',
  path: '/',
  query: {},
  headers,
  body,
}

interface Run {
  count: number
  seconds: number
}

async function round(run: () => unknown, into: Run): Promise<void> {
  const began = performance.now()
  const untilMs = began + (seconds * 1000) / (3 * rounds)
  while (performance.now() < untilMs) {
    for (let batch = 0; batch < 50; batch++) await run()
    into.count += 50
  }
  into.seconds += (performance.now() - began) / 1000
}

const start = (): Run => ({ count: 0, seconds: 0 })
const [ours, limit, peer, warmUp] = [start(), start(), start(), start()]
const signAgain = () => official.sign(officialRequest, { signingDate: new Date(nowMs) })
for (const run of [verify, unavoidable, signAgain]) await round(run, warmUp)
for (let index = 0; index < rounds; index++) {
  await round(verify, ours)
  await round(unavoidable, limit)
  await round(signAgain, peer)
}

const each = (run: Run) => (run.seconds * 1e6) / run.count
console.log(
  `verify ${each(ours).toFixed(1)} µs; hashing alone ${each(limit).toFixed(1)} µs (${(each(ours) / each(limit)).toFixed(1)} times); the official signer ${each(peer).toFixed(1)} µs (${(each(peer) / each(ours)).toFixed(1)} times ours)`,
)
