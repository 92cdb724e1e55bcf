import { loadModel } from '@cairn/aws-kit/model'
import { type Buckets, createDestinations, openBuckets } from '../../buckets/index.ts'
import { createIdentity } from '../../identity/index.ts'
import { createKms, type Kms } from '../../kms/index.ts'
import type { EventLog } from '../../ports/event-log.ts'
import { createMemoryCatalog } from '../../storage/memory/catalog.ts'
import { createMemoryEventLog } from '../../storage/memory/event-log.ts'
import { createMemoryKeyVault } from '../../storage/memory/key-vault.ts'
import { createMemoryObjectStore } from '../../storage/memory/object-store.ts'
import { systemIds } from '../../storage/system/ids.ts'
import type { Capabilities } from '../capabilities.ts'
import type { S3Operations } from '../generated/s3.ts'
import type { AccessRequest, Call, Operation, RecordNotes } from '../operation.ts'

/** An error of the API as an operation raised it. */
export class ApiFailure extends Error {
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

export interface CallSettings {
  readonly account?: string
  readonly region?: string
  readonly headers?: Readonly<Record<string, string>>
}

export interface S3Caller {
  readonly buckets: Buckets
  readonly kms: Kms
  /** Where uses of keys are recorded. */
  readonly log: EventLog
  /** The clock; advance it by hand. */
  readonly clock: { now: number; nowMs(): number }
  /** Answers of the operation with the questions it asked and the notes it made for its record. */
  call<N extends keyof S3Operations>(
    operation: Operation & { readonly name: N | string },
    input: S3Operations[N]['input'],
    settings?: CallSettings,
  ): Promise<{ output: S3Operations[N]['output']; asked: readonly AccessRequest[]; notes: RecordNotes }>
}

export const account = '111122223333'
export const otherAccount = '444455556666'

/** S3 in memory, without HTTP: each call runs record, access and run as the pipeline does. Everybody may do everything. */
export async function createS3Caller(): Promise<S3Caller> {
  const clock = {
    now: Date.UTC(2026, 0, 15, 10, 30, 0, 500),
    nowMs() {
      return this.now
    },
  }
  const log = createMemoryEventLog()
  const buckets = await openBuckets({
    catalog: createMemoryCatalog(),
    objects: createMemoryObjectStore({ clock }),
    demandsDeliveryPolicy: true,
    objectBytesMax: 6 * 1024 ** 2,
  })
  const vault = createMemoryKeyVault()
  const identity = createIdentity({
    catalog: createMemoryCatalog(),
    vault,
    clock,
    ids: systemIds,
    partition: 'aws',
    mode: { kind: 'verified' },
  })
  await identity.prepare([account])
  const kms = createKms({
    catalog: createMemoryCatalog(),
    vault,
    log,
    clock,
    ids: systemIds,
    partition: 'aws',
    demandsPolicies: true,
  })
  const destinations = createDestinations({ buckets, stores: [], clock, ids: systemIds })
  const model = await loadModel('s3')
  const fail = (code: string, message: string): never => {
    throw new ApiFailure(code, message)
  }
  return {
    buckets,
    kms,
    log,
    clock,
    async call(operation, input, { account: caller = account, region = 'us-east-1', headers = {} } = {}) {
      const notes: RecordNotes = {}
      const call: Call = {
        requestId: 'REQUEST0',
        account: caller,
        region,
        partition: 'aws',
        principal: { kind: 'root', account: caller, arn: `arn:aws:iam::${caller}:root`, accessKeyId: 'AKIA' },
        sourceIp: '192.0.2.1',
        userAgent: 'test',
        receivedAtMs: clock.now,
        cause: { intentId: 'intent-1' },
        notes,
        header: (name) => headers[name],
      }
      const wire = model.operations[operation.name]
      if (wire) Object.assign(notes, operation.record(input, call, { model, operation: wire }))
      const capabilities = { buckets, destinations, clock, identity, kms, ids: systemIds } as unknown as Capabilities
      const asked = await operation.access(input, capabilities, call, fail)
      // Everything is allowed here.
      if (asked.some(({ part }) => part !== undefined)) call.refusals = new Map()
      const output = await operation.run(input, capabilities, call, fail)
      return { output: output as never, asked, notes }
    },
  }
}

export async function* body(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text, 'utf8')
}

export async function textOf(stream: AsyncIterable<Uint8Array> | undefined): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of stream ?? []) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}
