import { fullSize } from '@cairn/testkit'
import { clients } from '@cairn/testkit/clients'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  loadModel,
  type Member,
  modelNames,
  type OperationModel,
  type ServiceModel,
  type StructureShape,
} from '../model/index.ts'
import { parseInput, routeOperation, serializeError, serializeOutput, wireErrorCode } from './index.ts'
import { askBotocore, type Question } from './oracle/botocore-client.ts'
import { botocoreDefinition } from './oracle/botocore-definition.ts'
import { convertValue } from './oracle/client-value.ts'
import { structureArbitrary } from './oracle/shape-arbitrary.ts'
import { shapeOf } from './scalar.ts'

const { python } = clients()
const samples = fullSize(2, 50)
/** Fixed: what is asked must not differ between two runs of one commit. */
const seed = 20_261_122

/** `Expires` is text to us and a date to botocore; streams and event streams are not values. */
function isLeftOut(name: string, member: Member): boolean {
  return name === 'Expires' || member.streaming === true
}

/** Told apart by a host of their own, which this server does not have. */
const elsewhere = new Set(['ListDirectoryBuckets', 'WriteGetObjectResponse'])

/** Retired operations share a route with their successors. */
function isReachable(operation: OperationModel): boolean {
  return operation.deprecated !== true && !elsewhere.has(operation.name)
}

/** Read by hooks beyond botocore's parser, or no values at all. */
const readElsewhere = new Set(['GetBucketLocation', 'SelectObjectContent'])

function sample(model: ServiceModel, shapeName: string): object[] {
  const arbitrary = structureArbitrary(model, shapeOf(model, shapeName) as StructureShape, isLeftOut)
  const plain = arbitrary.map((values) => ('Bucket' in values ? { ...values, Bucket: 'audit-logs' } : values))
  return fc.sample(plain, { numRuns: samples, seed })
}

const tags = {
  time: (ms: unknown) => ({ $time: ms }),
  blob: (bytes: unknown) => ({ $blob: Buffer.from(bytes as Uint8Array).toString('base64') }),
}

/** Botocore sends times in JSON as whole seconds. */
const secondTags = { ...tags, time: (ms: unknown) => ({ $time: Math.floor((ms as number) / 1000) * 1000 }) }

/** An empty map and no map are one thing to botocore, which fills it in. */
function withoutEmptyMetadata(values: object): object {
  return Object.fromEntries(Object.entries(values).filter(([, each]) => JSON.stringify(each) !== '{}'))
}

describe.skipIf(python.kind === 'absent')(python.kind === 'absent' ? python.reason : 'botocore', () => {
  const program = python.kind === 'present' ? python.program : ''
  const ask = async (questions: readonly Question[]) =>
    // Of SQS it has the JSON protocol alone: its codec is asked about our model of the other, whose names come from
    // one of its older releases.
    askBotocore(program, questions, { 'sqs-query': botocoreDefinition(await loadModel('sqs-query')) })

  it.each(modelNames)('%s: what it sends is read as it was meant', async (service) => {
    const model = await loadModel(service)
    const times = model.protocol.includes('Json') ? secondTags : tags
    const cases = Object.values(model.operations)
      .filter(isReachable)
      .flatMap(({ name, input: shape = '' }) => {
        if (shape === '') return []
        return sample(model, shape).map((input) => ({
          name,
          input: convertValue(model, { shape }, input, times),
          shape,
        }))
      })
    const questions = cases.map(({ name, input }): Question => ({ kind: 'request', service, operation: name, input }))
    const sent = (await ask(questions)) as {
      method: string
      path: string
      query: string
      headers: Record<string, string>
      body: string
    }[]
    expect(sent).toHaveLength(cases.length)
    for (const [index, { name, input, shape }] of cases.entries()) {
      const { body: encoded = '', ...head } = sent[index] ?? { method: '', path: '', query: '', headers: {} }
      const body = Buffer.from(encoded, 'base64')
      const route = routeOperation(model, head, body)
      expect(route?.operation.name).toBe(name)
      if (route === undefined) return
      const parsed = parseInput(route, body) as Record<string, unknown>
      if (route.operation.streamingInput !== undefined) delete parsed[route.operation.streamingInput]
      expect({ name, input: convertValue(model, { shape }, parsed, tags) }).toEqual({ name, input })
    }
  })

  it.each(modelNames)('%s: it reads what we answer', async (service) => {
    const model = await loadModel(service)
    const cases = Object.values(model.operations)
      .filter((operation) => isReachable(operation) && !readElsewhere.has(operation.name))
      .flatMap((operation) => {
        const { output: shape } = operation
        return shape === undefined ? [] : sample(model, shape).map((output) => ({ operation, output, shape }))
      })
    const questions = cases.map(({ operation, output }): Question => {
      const { status, headers, body } = serializeOutput(model, operation, output, 'id-1')
      const encoded = Buffer.from(body as Uint8Array).toString('base64')
      return { kind: 'answer', service, operation: operation.name, status, headers, body: encoded }
    })
    const read = await ask(questions)
    expect(read).toHaveLength(cases.length)
    for (const [index, { operation, output, shape }] of cases.entries()) {
      const { [operation.streamingOutput ?? '']: _, ...values } = read[index] as Record<string, unknown>
      const expected = convertValue(model, { shape }, output, tags) as object
      expect({ name: operation.name, output: withoutEmptyMetadata(values) }).toEqual({
        name: operation.name,
        output: withoutEmptyMetadata(expected),
      })
    }
  })

  it.each(modelNames)('%s: it finds code and message of every error', async (service) => {
    const model = await loadModel(service)
    const cases = Object.values(model.operations).flatMap((operation) => {
      return operation.http.method === 'HEAD'
        ? []
        : operation.errors.map((code) => ({ operation: operation.name, code }))
    })
    const questions = cases.map(({ operation, code }): Question => {
      const error = { code, message: `about ${code} <&>` }
      const { status, headers, body } = serializeError({ protocol: model.protocol, model }, error, 'id-1')
      return {
        kind: 'answer',
        service,
        operation,
        status,
        headers,
        body: Buffer.from(body as Uint8Array).toString('base64'),
      }
    })
    const read = (await ask(questions)) as { Error: { Code: string; Message: string } }[]
    expect(read.map((each) => [each.Error.Code, each.Error.Message])).toEqual(
      cases.map(({ code }) => [model.queryErrors?.[code] ?? wireErrorCode(model, code), `about ${code} <&>`]),
    )
  })
})
