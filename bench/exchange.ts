/**
 * What one carried call costs in Cairn itself: signature checked, call named, answer read, record built. Without
 * sockets, disk and upstream, which `gateway` measures. The limit in the same run is the work nobody can avoid: hashing
 * and HMAC of the signature, parsing the body, serialising the record.
 */
import { createHmac, hash } from 'node:crypto'
import { createSigningKeys, signRequest } from '@cairn/aws-kit/sigv4'
import { createExchanges, createIdentifyCaller, createJournal } from '../packages/server/src/capture/exchange/index.ts'
import { describeError } from '../packages/server/src/http/carry-stages.ts'
import { callRecords } from '../packages/server/src/pipeline/call-record.ts'
import type { CallFacts } from '../packages/server/src/pipeline/index.ts'
import { systemClock } from '../packages/server/src/storage/system/clock.ts'
import { systemIds } from '../packages/server/src/storage/system/ids.ts'

const rounds = 8
const calls = 6_000
const place = { account: '123456789012', region: 'eu-west-1', partition: 'aws' }
const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG' }
const user = { account: place.account, userId: 'AIDAEXAMPLE', userName: 'admin', accessKeyId: credentials.accessKeyId }
const principal = { kind: 'user', arn: `arn:aws:iam::${place.account}:user/admin`, ...user } as const

const body = Buffer.from(JSON.stringify({ TableName: 'orders', Filler: 'x'.repeat(1150) }))
const answer = Buffer.from(JSON.stringify({ Table: { TableName: 'orders', Filler: 'x'.repeat(1150) } }))
const { headers } = signRequest({
  method: 'POST',
  path: '/',
  headers: {
    host: '127.0.0.1:4577',
    'content-type': 'application/x-amz-json-1.0',
    'content-length': String(body.length),
    'x-amz-target': 'DynamoDB_20120810.DescribeTable',
    'user-agent': 'aws-cli/2.36.12 md/awscrt#0.31.2 ua/2.1 os/linux md/command#dynamodb',
  },
  payload: body,
  service: 'dynamodb',
  region: place.region,
  credentials,
  nowMs: Date.now(),
})

const recorded: { facts?: CallFacts; text: string } = { text: '' }
const ignore = () => undefined
const common = { ...place, clock: systemClock, ids: systemIds, catalogVersion: () => 1 }
const journal = createJournal({
  ...common,
  recorder: {
    announce: async () => undefined,
    async complete(facts, outcome) {
      recorded.facts = facts
      recorded.text = callRecords(facts, outcome)[0]?.text ?? ''
    },
  },
  onFailure: 'refuse',
  telemetry: { recordNotWritten: ignore, notRecordedByRule: ignore },
})
const telemetry = { carried: ignore, exchangeFailed: ignore, notRecordedByRule: ignore }
const exchanges = createExchanges({ ...common, journal, rules: [], describeError, telemetry })
const identify = createIdentifyCaller({
  ...place,
  identity: { credential: () => ({ kind: 'verifiable', secretAccessKey: credentials.secretAccessKey, principal }) },
  signingKeys: createSigningKeys({ entriesMax: 16 }),
  machineClock: systemClock,
  mappings: [],
})
const request = {
  head: { method: 'POST', path: '/', query: '', headers: Object.entries(headers).flat() },
  headers,
  body: { bytesRead: body.length, collect: async () => body, stream: async function* () {} },
  remoteAddress: '127.0.0.1',
  signal: new AbortController().signal,
}
const passage = {
  source: 'gateway',
  upstream: 'dynamodb',
  transport: {
    send: async () => ({
      status: 200,
      rawHeaders: ['content-type', 'application/x-amz-json-1.0', 'content-length', String(answer.length)],
      body: (async function* () {
        yield answer
      })(),
    }),
    async [Symbol.asyncDispose]() {},
  },
  open: async () => ({
    body,
    readsHead: true,
    caller: (head: Parameters<typeof identify>[1]) => identify(request, head),
    outgoing: (sent: Uint8Array | AsyncIterable<Uint8Array>) => ({
      origin: 'http://upstream',
      method: 'POST',
      target: '/',
      headers: request.head.headers,
      body: sent,
    }),
  }),
} as const

/** Hashing the body and a canonical request, one HMAC, reading the body once and writing the record once. */
function unavoidable(): void {
  hash('sha256', body, 'hex')
  createHmac('sha256', credentials.secretAccessKey)
    .update(hash('sha256', headers.authorization ?? '', 'hex'))
    .digest('hex')
  JSON.parse(body.toString('utf8'))
  JSON.stringify(JSON.parse(recorded.text))
}

async function cpuUsEach(run: () => unknown): Promise<number> {
  const before = process.cpuUsage()
  for (let count = 0; count < calls; count += 1) await run()
  const { user: own, system } = process.cpuUsage(before)
  return (own + system) / calls
}

const carry = () => exchanges.carry(request, passage)
let ours = Number.NaN
let limit = Number.NaN
for (let round = 0; round < rounds; round += 1) {
  ours = await cpuUsEach(carry)
  limit = await cpuUsEach(unavoidable)
}
if (recorded.facts?.eventName !== 'DescribeTable') throw new TypeError('the call was not recorded as what it was')
console.log(
  `a carried call ${ours.toFixed(1)} µs of processor; what nobody can avoid ${limit.toFixed(1)} µs (${(ours / limit).toFixed(1)} times)`,
)
