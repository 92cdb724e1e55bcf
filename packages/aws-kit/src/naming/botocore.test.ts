import { fullSize } from '@cairn/testkit'
import { clients } from '@cairn/testkit/clients'
import { describe, expect, it } from 'vitest'
import type { Member, ServiceModel } from '../model/index.ts'
import { askBotocore } from '../protocol/oracle/botocore-client.ts'
import {
  identify,
  type ObservedRequest,
  type RoutedOperation,
  type RouteTable,
  readInput,
  routeIndex,
  routeTable,
} from './index.ts'
import { takenOver } from './taken-over.fixture.ts'

const { python } = clients()

/** All services in the full run; in the others those of each protocol that people use most. */
const services =
  fullSize(0, 1) === 1
    ? routeIndex().services
    : 's3 iam sts ec2 dynamodb kms lambda sqs sns rds logs cloudwatch apigateway route53 ssm'.split(' ')
const operationsOfEach = fullSize(60, Number.POSITIVE_INFINITY)

/** Headers of these are JSON in base64, and are shown as they are. */
const jsonHeaders: ReadonlySet<string> = new Set([
  'iot-data:Publish',
  'iot-data:SendDirectMessage',
  'lex-runtime:PostContent',
])

const depthMax = 4
const time = Date.UTC(2026, 10, 23, 3, 4, 5)

interface Written {
  readonly method: string
  readonly path: string
  readonly query: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** A value with every member of its shape to some depth, and the one that `readInput` is to give for it. */
function fill(model: ServiceModel, member: Member, depth: number): readonly [sent: unknown, read: unknown] {
  const shape = model.shapes[member.shape]
  switch (shape?.type) {
    case 'structure': {
      const members = Object.entries(shape.members)
        .filter(([name, own]) => !isLeftOut(name, own) && (depth < depthMax || isScalar(model, own)))
        .map(([name, own]) => [name, fill(model, own, depth + 1)] as const)
        .filter(([, [sent]]) => sent !== undefined)
      // What has no members is on no wire that has no brackets.
      if (members.length === 0 && depth > 0) return [undefined, undefined]
      return [
        Object.fromEntries(members.map(([name, [sent]]) => [name, sent])),
        Object.fromEntries(members.flatMap(([name, [, read]]) => (read === undefined ? [] : [[name, read]]))),
      ]
    }
    case 'list': {
      const [sent, read] = fill(model, shape.member, depth + 1)
      return sent === undefined ? [undefined, undefined] : [[sent], [read]]
    }
    case 'map': {
      const [sent, read] = fill(model, shape.value, depth + 1)
      return sent === undefined ? [undefined, undefined] : [{ key: sent }, { key: read }]
    }
    case 'timestamp':
      return [{ $time: time }, time]
    case 'blob':
      return [{ $blob: 'YmxvYg==' }, 'YmxvYg==']
    case 'boolean':
      return [true, true]
    case 'string':
      return ['a b&<é', 'a b&<é']
    default:
      return [7, 7]
  }
}

/** What stands in the host may be letters only. */
function inputOf(
  { model }: RouteTable,
  { input = '', hostPrefix }: RoutedOperation,
): readonly [sent: object, read: object] {
  const [sent, read] = fill(model, { shape: input }, 0) as readonly [object, object]
  const labels = Object.fromEntries([...hostPrefix.matchAll(/\{(\w+)\}/g)].map(([, label]) => [label, 'label']))
  return [
    { ...sent, ...labels },
    { ...read, ...labels },
  ]
}

function isScalar(model: ServiceModel, member: Member): boolean {
  return !['structure', 'list', 'map'].includes(model.shapes[member.shape]?.type ?? '')
}

/** `Expires` is text to the tables and a date to botocore; streams are not values. */
function isLeftOut(name: string, member: Member): boolean {
  return name === 'Expires' || member.streaming === true
}

/** What naming does not read on purpose: payloads that are bytes, and maps spread over a query. */
function expected({ model }: RouteTable, operation: RoutedOperation, read: object): object {
  const shape = operation.input === undefined ? undefined : model.shapes[operation.input]
  if (shape?.type !== 'structure') return {}
  const kept = Object.entries(read).filter(([name]) => {
    const member = shape.members[name]
    const type = model.shapes[member?.shape ?? '']?.type
    return !(name === shape.payload && type === 'blob') && !(member?.location === 'querystring' && type === 'map')
  })
  return Object.fromEntries(kept)
}

function requestOf(table: RouteTable, { method, path, query, headers, body }: Written): ObservedRequest {
  return {
    method,
    host: `${table.endpointPrefix}.eu-west-1.amazonaws.com`,
    target: query === '' ? path : `${path}?${query}`,
    headers,
    bodyHead: Buffer.from(body, 'base64'),
    bodyIsWhole: true,
    signing: { service: table.signingName, region: 'eu-west-1' },
  }
}

describe.skipIf(python.kind === 'absent')(python.kind === 'absent' ? python.reason : 'requests of botocore', () => {
  const program = python.kind === 'present' ? python.program : ''

  it('are named as what they are, and say what was asked', { timeout: 120_000 }, () => {
    const asked = services.flatMap((service) => {
      const table = routeTable(service)
      const operations = [...table.operations.values()].filter(({ input }) => input !== undefined)
      const step = Math.max(1, Math.ceil(operations.length / operationsOfEach))
      return operations
        .filter((_, index) => index % step === 0)
        .map((operation) => ({ table, operation, value: inputOf(table, operation) }))
    })
    const questions = asked.map(({ table, operation, value }) => ({
      kind: 'request' as const,
      service: table.service,
      operation: operation.name,
      input: value[0],
    }))
    const answers = askBotocore(program, questions) as (Written | null)[]
    const misnamed: string[] = []
    const misread: object[] = []
    let count = 0
    for (const [index, { table, operation, value }] of asked.entries()) {
      const written = answers[index]
      if (written === null || written === undefined) continue
      count += 1
      const request = requestOf(table, written)
      const found = identify(request)
      const name = `${table.service}:${operation.name}`
      if (found.operation?.name !== operation.name)
        misnamed.push(`${name} → ${found.table?.service}:${found.operation?.name}`)
      // Another API on the same wire may call its members otherwise.
      else if (found.table?.service === table.service && !jsonHeaders.has(name)) {
        const read = JSON.stringify(sorted(readInput(found, request)))
        const wanted = JSON.stringify(sorted(expected(table, operation, value[1])))
        if (read !== wanted) misread.push({ name, read, wanted })
      }
    }
    console.log(`${count} requests of botocore, ${misnamed.length} misnamed, ${misread.length} misread`)
    expect(misnamed.filter((one) => !takenOver.has(one.split(' ')[0] ?? ''))).toEqual([])
    expect(misread).toEqual([])
  })
})

function sorted(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, inner]) => [name, sorted(inner)]),
  )
}
