import { fullSize } from '@cairn/testkit'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { judgeAdvancedSelectors } from './advanced-selectors.ts'
import { judgeBasicSelectors } from './basic-selectors.ts'
import { compileSelectors } from './compile-selectors.ts'
import { explain } from './explain.ts'
import type { SelectableEvent, Selector } from './selector.ts'

const pick = <T>(...values: T[]) => fc.constantFrom(...values)
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 3 })
const some = <T>(value: fc.Arbitrary<T>) => fc.uniqueArray(value, { minLength: 1, maxLength: 3 })

const sources = pick('s3.amazonaws.com', 'kms.amazonaws.com', 'rdsdata.amazonaws.com', 'iam.amazonaws.com')
const names = pick('GetObject', 'PutObject', 'Decrypt', 'CreateUser', 'Get')
const users = pick(
  'arn:aws:iam::111122223333:user/ann',
  'arn:aws:sts::111122223333:assumed-role/scan/x',
  'arn:aws:sts::',
)
const types = pick('AWS::S3::Object', 'AWS::Lambda::Function', 'AWS::DynamoDB::Table')
const arns = pick(
  'arn:aws:s3:::logs/a',
  'arn:aws:s3:::logs/ab/c',
  'arn:aws:s3:::logs-2/a',
  'arn:aws:s3:::logs',
  'arn:aws:lambda:us-east-1:111122223333:function:f',
  'arn:aws:dynamodb:us-east-1:111122223333:table/t',
)

const event: fc.Arbitrary<SelectableEvent> = fc.record({
  eventCategory: optional(pick('Management', 'Data', 'NetworkActivity', 'Insight', 'Unheard')),
  managementEvent: optional(fc.boolean()),
  readOnly: optional(fc.boolean()),
  eventSource: optional(sources),
  eventName: optional(names),
  eventType: optional(pick('AwsApiCall', 'AwsServiceEvent')),
  sessionCredentialFromConsole: optional(pick('true')),
  userIdentityArn: optional(users),
  resources: optional(fc.array(fc.record({ type: optional(types), ARN: optional(arns) }), { maxLength: 3 })),
  errorCode: optional(pick('VpceAccessDenied', 'AccessDenied')),
  vpcEndpointId: optional(pick('vpce-1', 'vpce-2')),
})

const conditions = (values: fc.Arbitrary<string>, operators: readonly string[]) =>
  fc
    .uniqueArray(pick(...operators), { minLength: 1, maxLength: 2 })
    .chain((chosen) => fc.record(Object.fromEntries(chosen.map((operator) => [operator, some(values)]))))

const all = ['Equals', 'NotEquals', 'StartsWith', 'NotStartsWith', 'EndsWith', 'NotEndsWith']
const field = (name: string, values: fc.Arbitrary<string>, operators: readonly string[] = all) =>
  optional(conditions(values, operators).map((given) => ({ Field: name, ...given })))
const one = (name: string, values: fc.Arbitrary<string>) => values.map((value) => ({ Field: name, Equals: [value] }))

const shared = [
  field('eventName', names),
  field('eventType', pick('AwsApiCall', 'Aws', 'Event')),
  field('userIdentity.arn', users),
] as const
const readOnly = optional(one('readOnly', pick('true', 'false')))
const fromConsole = field('sessionCredentialFromConsole', pick('true'), ['Equals', 'NotEquals'])

const advanced = fc
  .oneof(
    fc.tuple(one('eventCategory', pick('Management')), readOnly, field('eventSource', sources), fromConsole, ...shared),
    fc.tuple(
      one('eventCategory', pick('Data')),
      one('resources.type', types),
      readOnly,
      field('eventSource', sources),
      field('resources.ARN', fc.oneof(arns, pick('arn:aws:s3:::logs/', '/c', 'arn:')), [
        'StartsWith',
        'NotStartsWith',
        'EndsWith',
        'NotEndsWith',
      ]),
      fromConsole,
      ...shared,
    ),
    fc.tuple(
      one('eventCategory', pick('NetworkActivity')),
      one('eventSource', sources),
      field('eventName', names),
      optional(one('errorCode', pick('VpceAccessDenied'))),
      field('vpcEndpointId', pick('vpce-1', 'vpce-2')),
    ),
  )
  .map((fields) => ({ FieldSelectors: fields.filter((given) => given !== undefined) as Record<string, unknown>[] }))

const basic = fc.record({
  ReadWriteType: pick('All', 'ReadOnly', 'WriteOnly'),
  IncludeManagementEvents: fc.boolean(),
  DataResources: fc.array(
    fc.oneof(
      fc.record({
        Type: pick('AWS::S3::Object'),
        Values: fc.array(pick('arn:aws:s3', 'arn:aws:s3:::logs/', 'arn:aws:s3:::logs/ab'), { maxLength: 2 }),
      }),
      fc.record({
        Type: pick('AWS::Lambda::Function'),
        Values: fc.array(pick('arn:aws:lambda', 'arn:aws:lambda:us-east-1:111122223333:function:f'), { maxLength: 2 }),
      }),
    ),
    { maxLength: 2 },
  ),
})

type Advanced = typeof advanced extends fc.Arbitrary<infer T> ? T : never
type Basic = typeof basic extends fc.Arbitrary<infer T> ? T : never

/** The rules of advanced selectors read off the request, value by value. */
function takesAdvanced(selectors: readonly Advanced[], given: SelectableEvent): boolean {
  return selectors.some(({ FieldSelectors }) =>
    FieldSelectors.every((conditionsOfField) => {
      const values = valuesAt(given, String(conditionsOfField.Field))
      const hit = (operator: string, test: (value: string, wanted: string) => boolean) =>
        ((conditionsOfField[operator] ?? []) as string[]).some((wanted) => values.some((value) => test(value, wanted)))
      const equal = (value: string, wanted: string) => value === wanted
      const starts = (value: string, wanted: string) => value.startsWith(wanted)
      const ends = (value: string, wanted: string) => value.endsWith(wanted)
      if (hit('NotEquals', equal) || hit('NotStartsWith', starts) || hit('NotEndsWith', ends)) return false
      const wantsNothing = !['Equals', 'StartsWith', 'EndsWith'].some((operator) => operator in conditionsOfField)
      return wantsNothing || hit('Equals', equal) || hit('StartsWith', starts) || hit('EndsWith', ends)
    }),
  )
}

function valuesAt(given: SelectableEvent, name: string): readonly string[] {
  const raw: Record<string, unknown> = {
    ...given,
    eventCategory: category(given),
    'userIdentity.arn': given.userIdentityArn,
    'resources.type': given.resources?.map(({ type }) => type),
    'resources.ARN': given.resources?.map(({ ARN }) => ARN),
  }
  return [raw[name]]
    .flat()
    .filter((value) => value !== undefined)
    .map(String)
}

function category(given: SelectableEvent): string {
  return given.eventCategory ?? (given.managementEvent === false ? 'Data' : 'Management')
}

/** The rules of basic selectors, which say prefix for objects and equality for the others. */
function takesBasic(selectors: readonly Basic[], given: SelectableEvent): boolean {
  return selectors.some((selector) => {
    if (selector.ReadWriteType !== 'All' && given.readOnly !== (selector.ReadWriteType === 'ReadOnly')) return false
    if (category(given) === 'Management') return selector.IncludeManagementEvents
    if (category(given) !== 'Data') return false
    return selector.DataResources.some(({ Type, Values }) => {
      if (given.resources?.some(({ type }) => type === Type) !== true) return false
      return Values.some(
        (value) =>
          value.split(':').length < 4 ||
          given.resources?.some(
            ({ ARN }) => ARN !== undefined && (Type === 'AWS::S3::Object' ? ARN.startsWith(value) : ARN === value),
          ),
      )
    })
  })
}

interface Trail {
  readonly selectors: readonly Selector[]
  takes(given: SelectableEvent): boolean
}

const trail: fc.Arbitrary<Trail> = fc.oneof(
  fc.array(advanced, { minLength: 1, maxLength: 3 }).map((input) => {
    const verdict = judgeAdvancedSelectors(input, 'event-data-store')
    if (verdict.kind === 'invalid') throw new TypeError(`${verdict.message} ${JSON.stringify(input)}`)
    return { selectors: verdict.selectors, takes: (given: SelectableEvent) => takesAdvanced(input, given) }
  }),
  fc.array(basic, { minLength: 1, maxLength: 3 }).map((input) => {
    const verdict = judgeBasicSelectors(input)
    if (verdict.kind === 'invalid') throw new TypeError(verdict.message)
    return { selectors: verdict.selectors, takes: (given: SelectableEvent) => takesBasic(input, given) }
  }),
)

describe('the matcher of all trails', () => {
  it(
    'takes an event for exactly the trails whose selectors take it, read word by word',
    () => {
      let pairs = 0
      let taken = 0
      const runs = fullSize(400, 4000)
      fc.assert(
        fc.property(
          fc.array(trail, { minLength: 1, maxLength: 8 }),
          fc.array(event, { minLength: 8, maxLength: 8 }),
          (trails, events) => {
            const matcher = compileSelectors(trails.map(({ selectors }, id) => ({ id, selectors })))
            for (const given of events) {
              const expected = trails.flatMap(({ takes }, id) => (takes(given) ? [id] : []))
              expect(matcher.match(given)).toEqual(expected)
              const explained = trails.flatMap(({ selectors }, id) =>
                selectors.some((selector) => explain(selector, given).matches) ? [id] : [],
              )
              expect(explained).toEqual(expected)
              pairs += trails.length
              taken += expected.length
            }
          },
        ),
        { numRuns: runs },
      )
      expect(pairs).toBeGreaterThan(runs * 25)
      expect(taken / pairs).toBeGreaterThan(0.05)
    },
    fullSize(20_000, 120_000),
  )
})
