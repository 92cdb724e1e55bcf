import { describe, expect, it } from 'vitest'
import { type AdvancedEventSelector, type AdvancedFieldSelector, judgeAdvancedSelectors } from './advanced-selectors.ts'
import { type BasicEventSelector, defaultBasicSelectors, judgeBasicSelectors } from './basic-selectors.ts'
import type { SelectorOwner } from './field-rules.ts'
import { awsResourceTypes } from './resource-types.ts'

function basicMessage(...input: BasicEventSelector[]): string | undefined {
  const verdict = judgeBasicSelectors(input)
  return verdict.kind === 'invalid' ? verdict.message : undefined
}

const s3 = (...Values: string[]): BasicEventSelector => ({ DataResources: [{ Type: 'AWS::S3::Object', Values }] })

describe('basic selectors', () => {
  it('are shown with every default filled in', () => {
    expect(judgeBasicSelectors([{}])).toMatchObject({ kind: 'valid', shown: defaultBasicSelectors })
  })

  it('mean one selector for management events and one for each data resource', () => {
    const verdict = judgeBasicSelectors([
      {
        ReadWriteType: 'WriteOnly',
        ExcludeManagementEventSources: ['kms.amazonaws.com'],
        DataResources: [
          { Type: 'AWS::S3::Object', Values: ['arn:aws:s3:::logs/', 'arn:aws:s3:::data/in/'] },
          { Type: 'AWS::Lambda::Function', Values: ['arn:aws:lambda'] },
          { Type: 'AWS::DynamoDB::Table', Values: [] },
        ],
      },
    ])
    const write = { field: 'readOnly', equals: ['false'] }
    expect(verdict.kind === 'valid' && verdict.selectors).toEqual([
      {
        clauses: [
          { field: 'eventCategory', equals: ['Management'] },
          write,
          { field: 'eventSource', notEquals: ['kms.amazonaws.com'] },
        ],
      },
      {
        clauses: [
          { field: 'eventCategory', equals: ['Data'] },
          write,
          { field: 'resources.type', equals: ['AWS::S3::Object'] },
          { field: 'resources.ARN', startsWith: ['arn:aws:s3:::logs/', 'arn:aws:s3:::data/in/'] },
        ],
      },
      {
        clauses: [
          { field: 'eventCategory', equals: ['Data'] },
          write,
          { field: 'resources.type', equals: ['AWS::Lambda::Function'] },
        ],
      },
    ])
  })

  it.each(['arn:aws:s3', 'arn:aws:s3:::', 'arn:aws:s3:::bucket/', 'arn:aws-cn:s3:::bucket/prefix'])(
    'take %s for objects',
    (value) => {
      expect(basicMessage(s3(value))).toBeUndefined()
    },
  )

  it.each<[string, BasicEventSelector]>([
    ['arn:aws:s3:::bucket', s3('arn:aws:s3:::bucket')],
    ['arn:aws:s3:::*', s3('arn:aws:s3:::*')],
    ['arn:aws:s3:::*/', s3('arn:aws:s3:::*/')],
    ['arn:aws:lambda:*', { DataResources: [{ Type: 'AWS::Lambda::Function', Values: ['arn:aws:lambda:*'] }] }],
    ['arn:aws:s3', { DataResources: [{ Type: 'AWS::DynamoDB::Table', Values: ['arn:aws:s3'] }] }],
  ])('refuse the value %s', (value, selector) => {
    expect(basicMessage(selector)).toBe(`Value ${value} for DataResources.Values is invalid.`)
  })

  it.each<[string, readonly BasicEventSelector[], string]>([
    ['none at all', [], 'The number of event selectors must be between 1 and 5.'],
    ['six', new Array(6).fill({}), 'The number of event selectors must be between 1 and 5.'],
    [
      'another type',
      [{ DataResources: [{ Type: 'AWS::SNS::Topic', Values: [] }] }],
      'Value AWS::SNS::Topic for DataResources.Type is invalid.',
    ],
    ['another way to read', [{ ReadWriteType: 'Read' }], 'Value Read for ReadWriteType is invalid.'],
    [
      'another source to leave out',
      [{ ExcludeManagementEventSources: ['s3.amazonaws.com'] }],
      'Value s3.amazonaws.com for ExcludeManagementEventSources is invalid.',
    ],
    [
      'sources left out of nothing',
      [{ IncludeManagementEvents: false, ExcludeManagementEventSources: ['kms.amazonaws.com'] }],
      'ExcludeManagementEventSources can only be specified when IncludeManagementEvents is true.',
    ],
    [
      '251 values over all selectors',
      [s3(...new Array(200).fill('arn:aws:s3:::a/')), s3(...new Array(51).fill('arn:aws:s3:::b/'))],
      'The total number of DataResources.Values for a trail must not exceed 250.',
    ],
  ])('refuse %s', (_, input, message) => {
    expect(basicMessage(...input)).toBe(message)
  })

  it('do not count values that stand for everything', () => {
    expect(basicMessage(s3(...new Array(250).fill('arn:aws:s3:::a/'), 'arn:aws:s3'))).toBeUndefined()
  })
})

const category = (name: string): AdvancedFieldSelector => ({ Field: 'eventCategory', Equals: [name] })
const dataOf = (type: string): AdvancedFieldSelector[] => [
  category('Data'),
  { Field: 'resources.type', Equals: [type] },
]
const objects = dataOf('AWS::S3::Object')

function advancedMessage(fields: readonly AdvancedFieldSelector[], owner: SelectorOwner = 'trail'): string | undefined {
  return messageOf([{ FieldSelectors: fields }], owner)
}

function messageOf(input: readonly AdvancedEventSelector[], owner: SelectorOwner = 'trail'): string | undefined {
  const verdict = judgeAdvancedSelectors(input, owner)
  return verdict.kind === 'invalid' ? verdict.message : undefined
}

describe('advanced selectors', () => {
  it('keep their names and conditions, and show what was understood of them', () => {
    const input = [
      {
        Name: 'writes',
        FieldSelectors: [category('Management'), { Field: 'readOnly', Equals: ['false'], Unknown: ['x'] }],
      },
    ]
    expect(judgeAdvancedSelectors(input, 'trail')).toEqual({
      kind: 'valid',
      selectors: [
        {
          name: 'writes',
          clauses: [
            { field: 'eventCategory', equals: ['Management'] },
            { field: 'readOnly', equals: ['false'] },
          ],
        },
      ],
      shown: [{ Name: 'writes', FieldSelectors: [category('Management'), { Field: 'readOnly', Equals: ['false'] }] }],
    })
  })

  it('name types of AWS, and those that are listed besides; what was kept once stays valid', () => {
    const known = new Set([...awsResourceTypes, 'ACME::Ledger::Entry'])
    const messageOf = (type: string, types?: ReadonlySet<string>) => {
      const verdict = judgeAdvancedSelectors([{ FieldSelectors: dataOf(type) }], 'trail', types)
      return verdict.kind === 'invalid' ? verdict.message : undefined
    }
    for (const type of ['AWS::S3::Object', 'AWS::SNS::Topic', 'AWS::Bedrock::AgentAlias', 'ACME::Ledger::Entry']) {
      expect(messageOf(type, known)).toBeUndefined()
    }
    for (const type of ['AWS::S3::Objects', 'AWS::s3::Object', 'ACME::Ledger::Entries']) {
      expect(messageOf(type, known)).toBe(`Value ${type} for field resources.type is invalid.`)
      expect(messageOf(type)).toBeUndefined()
    }
  })

  it.each<[string, readonly AdvancedFieldSelector[], SelectorOwner]>([
    [
      'any source of management events in a store',
      [category('Management'), { Field: 'eventSource', StartsWith: ['s3'] }],
      'event-data-store',
    ],
    [
      'names of management events in a store',
      [category('Management'), { Field: 'eventName', Equals: ['A', 'B'] }],
      'event-data-store',
    ],
    [
      'a noisy source of management events left out',
      [category('Management'), { Field: 'eventSource', NotEquals: ['kms.amazonaws.com', 'rdsdata.amazonaws.com'] }],
      'trail',
    ],
    ['a prefix of objects', [...objects, { Field: 'resources.ARN', StartsWith: ['arn:aws:s3:::logs/'] }], 'trail'],
    ['one object', [...objects, { Field: 'resources.ARN', Equals: ['arn:aws:s3:::logs/a'] }], 'trail'],
    [
      'a denied endpoint',
      [
        category('NetworkActivity'),
        { Field: 'eventSource', Equals: ['s3.amazonaws.com'] },
        { Field: 'errorCode', Equals: ['VpceAccessDenied'] },
      ],
      'trail',
    ],
    ['configuration items in a store', [category('ConfigurationItem')], 'event-data-store'],
  ])('take %s', (_, fields, owner) => {
    expect(advancedMessage(fields, owner)).toBeUndefined()
  })

  it.each<[string, readonly AdvancedFieldSelector[], string]>([
    [
      'no category',
      [{ Field: 'readOnly', Equals: ['true'] }],
      'The field eventCategory is required in an advanced event selector.',
    ],
    ['an unknown category', [category('Billing')], 'Value Billing for field eventCategory is invalid.'],
    [
      'a category only stores have',
      [category('ConfigurationItem')],
      'Value ConfigurationItem for field eventCategory is invalid.',
    ],
    [
      'two categories',
      [{ Field: 'eventCategory', Equals: ['Data', 'Management'] }],
      'The field eventCategory must have exactly one value.',
    ],
    [
      'a category by prefix',
      [{ Field: 'eventCategory', StartsWith: ['D'] }],
      'The operator StartsWith is not valid for field eventCategory.',
    ],
    [
      'an unknown field',
      [category('Data'), { Field: 'awsRegion', Equals: ['x'] }],
      'Value awsRegion for Field is invalid.',
    ],
    [
      'a field twice',
      [category('Data'), category('Data')],
      'The field eventCategory is specified more than once in an advanced event selector.',
    ],
    [
      'a field without condition',
      [category('Data'), { Field: 'eventName' }],
      'The field eventName must have at least one operator.',
    ],
    [
      'a condition without value',
      [category('Data'), { Field: 'eventName', Equals: [] }],
      'Equals for field eventName must have at least one value.',
    ],
    [
      'an empty value',
      [category('Data'), { Field: 'eventName', Equals: [''] }],
      'A value for field eventName must have between 1 and 2048 characters.',
    ],
    ['data events of no type', [category('Data')], 'The field resources.type is required for event category Data.'],
    [
      'two types',
      [category('Data'), { Field: 'resources.type', Equals: ['AWS::S3::Object', 'AWS::SNS::Topic'] }],
      'The field resources.type must have exactly one value.',
    ],
    ['a type that is none', dataOf('S3'), 'Value S3 for field resources.type is invalid.'],
    [
      'a field of another category',
      [category('Management'), { Field: 'resources.ARN', StartsWith: ['arn:'] }],
      'The field resources.ARN is not valid for event category Management.',
    ],
    [
      'a field of stores',
      [category('Management'), { Field: 'eventName', Equals: ['A'] }],
      'The field eventName is not valid for event category Management.',
    ],
    [
      'a source of management events wanted',
      [category('Management'), { Field: 'eventSource', Equals: ['kms.amazonaws.com'] }],
      'The operator Equals is not valid for field eventSource.',
    ],
    [
      'a source of management events that may not be left out',
      [category('Management'), { Field: 'eventSource', NotEquals: ['s3.amazonaws.com'] }],
      'Value s3.amazonaws.com for field eventSource is invalid.',
    ],
    [
      'a bucket as an object',
      [...objects, { Field: 'resources.ARN', Equals: ['arn:aws:s3:::logs'] }],
      'Value arn:aws:s3:::logs for field resources.ARN is invalid.',
    ],
    [
      'a folder as an object',
      [...objects, { Field: 'resources.ARN', NotEquals: ['arn:aws:s3:::logs/a/'] }],
      'Value arn:aws:s3:::logs/a/ for field resources.ARN is invalid.',
    ],
    [
      'readOnly maybe',
      [category('Management'), { Field: 'readOnly', Equals: ['maybe'] }],
      'Value maybe for field readOnly is invalid.',
    ],
    [
      'network activity of no source',
      [category('NetworkActivity')],
      'The field eventSource is required for event category NetworkActivity.',
    ],
    [
      'another error code',
      [
        category('NetworkActivity'),
        { Field: 'eventSource', Equals: ['s3.amazonaws.com'] },
        { Field: 'errorCode', Equals: ['AccessDenied'] },
      ],
      'Value AccessDenied for field errorCode is invalid.',
    ],
    [
      'a source that is none',
      [category('NetworkActivity'), { Field: 'eventSource', Equals: ['s3'] }],
      'Value s3 for field eventSource is invalid.',
    ],
  ])('refuse %s', (_, fields, message) => {
    expect(advancedMessage(fields)).toBe(message)
  })

  it('refuse more than 500 values in all', () => {
    const many = (count: number): AdvancedEventSelector => ({
      FieldSelectors: [
        ...objects,
        { Field: 'resources.ARN', StartsWith: Array.from({ length: count }, (_, i) => `arn:aws:s3:::${i}/`) },
      ],
    })
    expect(messageOf([many(248), many(248)])).toBeUndefined()
    expect(messageOf([many(248), many(249)])).toBe(
      'The total number of values in all advanced event selectors must not exceed 500.',
    )
  })

  it('refuse none at all, names too long, and sorts of events that do not mix', () => {
    expect(messageOf([])).toBe('At least one advanced event selector must be specified.')
    expect(messageOf([{ Name: 'x'.repeat(1001), FieldSelectors: [category('Management')] }])).toBe(
      'The name of an advanced event selector must not exceed 1000 characters.',
    )
    const mixed = [{ FieldSelectors: [category('Management')] }, { FieldSelectors: [category('Evidence')] }]
    expect(messageOf(mixed, 'event-data-store')).toBe('The event categories Management, Evidence cannot be combined.')
  })
})
