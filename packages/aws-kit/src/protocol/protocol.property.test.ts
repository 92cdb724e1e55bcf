import { fullSize } from '@cairn/testkit'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { loadModel, type Member, type OperationModel, type ServiceModel, type StructureShape } from '../model/index.ts'
import { parseInput, routeOperation, selectService, serializeError, serializeOutput } from './index.ts'
import { fromSdk, toSdk } from './oracle/client-value.ts'
import { createOracleClient, type SentRequest } from './oracle/sdk-client.ts'
import { structureArbitrary } from './oracle/shape-arbitrary.ts'
import { shapeOf } from './scalar.ts'

const numRuns = fullSize(2, 100)

/** Members whose value the client makes, changes, converts or checks itself; the rest must come through unchanged. */
const clientMakes = new Set(['ContentMD5', 'ContentLength', 'ClientToken', 'RequestRoute', 'RequestToken', 'Expires'])

/** Members and operations the two descriptions of the API do not share; to be emptied when the pins move. */
const clientLacks = new Set(['VersionId', 'NextPartNumberMarker', 'PartNumberMarker'])
/** Told from ListBuckets only by the address of another kind of bucket, which there is none of here. */
const sameRoute = new Set(['ListDirectoryBuckets'])

function isClients(name: string, member: Member): boolean {
  return clientMakes.has(name) || /^Checksum|SSECustomerKey/.test(name) || member.streaming === true
}

function isUnshared(name: string, member: Member): boolean {
  return isClients(name, member) || clientLacks.has(name)
}

/** The client refuses bucket names it could not address and rewrites ones that look like ARNs. */
function withPlainBucket(values: Record<string, unknown>): Record<string, unknown> {
  return 'Bucket' in values ? { ...values, Bucket: 'audit-logs' } : values
}

/** What remains to be compared: without the client's own members and the defaults it fills in where we sent nothing. */
function shared(values: object, sent: object): object {
  const isDefault = (name: string) => /^(ContentType|Metadata)$/.test(name) && !Object.hasOwn(sent, name)
  return Object.fromEntries(
    Object.entries(values).filter(([name, value]) => {
      return !clientMakes.has(name) && !/^Checksum/.test(name) && !isDefault(name) && !isStream(value)
    }),
  )
}

function isStream(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value
}

async function bytesOf(stream: AsyncIterable<Uint8Array> | Uint8Array): Promise<Uint8Array> {
  if (stream instanceof Uint8Array) return stream
  const parts: Uint8Array[] = []
  for await (const part of stream) parts.push(part)
  return new Uint8Array(Buffer.concat(parts))
}

for (const service of ['cloudtrail', 's3', 'sts', 'iam'] as const) {
  const model = await loadModel(service)
  const absent = createOracleClient(service, () => Promise.reject(new TypeError('not called')))
  const operations = Object.values(model.operations).filter((each) => absent.hasOperation(each.name))
  const requests = operations.filter(({ name, input }) => input !== undefined && !sameRoute.has(name))
  // Event streams are the operation's own bytes, not a matter of these codecs.
  const answers = operations.filter(({ output, streamingOutput }) => {
    return output !== undefined && streamingOutput !== 'Payload'
  })

  describe(`${service} and its official client`, () => {
    it('have every operation that is not retired', () => {
      const missing = Object.values(model.operations).filter((each) => !absent.hasOperation(each.name))
      expect(missing.filter((each) => each.deprecated !== true).map(({ name }) => name)).toEqual([])
    })

    it.each(requests.map((each) => [each.name, each] as const))(
      '%s: reads what the client sends',
      async (_, operation) => {
        const shape = structureOf(model, operation.input)
        const arbitrary = structureArbitrary(model, shape, isClients).map(withPlainBucket)
        const property = fc.asyncProperty(arbitrary, fc.uint8Array(), async (input, body) => {
          const sent = await capture(service, operation, {
            ...(toSdk(model, { shape: operation.input ?? '' }, input) as object),
            ...(operation.streamingInput === undefined ? {} : { [operation.streamingInput]: body }),
          })
          expect(selectService(sent.head, service)).toBe(service)
          const route = routeOperation(model, sent.head, sent.body)
          expect(route?.operation.name).toBe(operation.name)
          if (route === undefined) return
          const parsed = parseInput(route, sent.body) as Record<string, unknown>
          if (operation.streamingInput !== undefined) {
            const stream = parsed[operation.streamingInput] as AsyncIterable<Uint8Array>
            expect(await bytesOf(stream)).toEqual(body)
            delete parsed[operation.streamingInput]
            delete parsed.ContentLength
          }
          expect(shared(parsed, input)).toEqual(shared(input, input))
        })
        await fc.assert(property, { numRuns })
      },
    )

    it.each(answers.map((each) => [each.name, each] as const))(
      '%s: the client reads what we answer',
      async (_, operation) => {
        const shape = structureOf(model, operation.output)
        const arbitrary = structureArbitrary(model, shape, isUnshared)
        await fc.assert(
          fc.asyncProperty(arbitrary, minimalInput(operation), async (output, input) => {
            const client = createOracleClient(service, () => serializeOutput(model, operation, output, 'id-1'))
            const read = await client.call(operation.name, input)
            const values = fromSdk(model, { shape: operation.output ?? '' }, read) as object
            expect(shared(values, output)).toEqual(shared(output, output))
          }),
          { numRuns },
        )
      },
    )

    it('answers every error as the exception the client has for it', async () => {
      const seen = new Set<string>()
      for (const operation of operations) {
        for (const code of operation.errors.filter((each) => !seen.has(each))) {
          seen.add(code)
          const isHead = operation.http.method === 'HEAD'
          const client = createOracleClient(service, () =>
            serializeError({ protocol: model.protocol, model, isHead }, { code, message: `about ${code} <&>` }, 'id-2'),
          )
          const [input] = fc.sample(minimalInput(operation), 1)
          const error = await client.call(operation.name, input ?? {}).then(
            () => undefined,
            (reason: Error & { $metadata: { requestId?: string } }) => reason,
          )
          if (isHead) continue
          expect({ name: error?.name, message: error?.message }).toEqual({ name: code, message: `about ${code} <&>` })
          expect(error?.constructor.name).toBe(code)
          expect(error?.$metadata.requestId).toBe('id-2')
        }
      }
    })
  })

  function minimalInput(operation: OperationModel): fc.Arbitrary<object> {
    if (operation.input === undefined) return fc.constant({})
    const shape = structureOf(model, operation.input)
    const isOptional = (name: string, member: Member) => isClients(name, member) || !shape.required.includes(name)
    return structureArbitrary(model, shape, isOptional)
      .map(withPlainBucket)
      .map((input) => toSdk(model, { shape: operation.input ?? '' }, input) as object)
  }
}

function structureOf(model: ServiceModel, name: string | undefined): StructureShape {
  if (name === undefined) return { type: 'structure', required: [], members: {} }
  return shapeOf(model, name) as StructureShape
}

async function capture(service: string, operation: OperationModel, input: object): Promise<SentRequest> {
  const sent: SentRequest[] = []
  const client = createOracleClient(service, (request) => {
    sent.push(request)
    return { status: 200, headers: {}, body: new Uint8Array(0) }
  })
  // The empty answer is no valid one for every operation; only the request counts.
  await client.call(operation.name, input).catch((error: unknown) => {
    if (sent.length === 0) throw error
  })
  const [request] = sent
  if (request === undefined) throw new TypeError(`${operation.name} sent nothing`)
  return request
}
