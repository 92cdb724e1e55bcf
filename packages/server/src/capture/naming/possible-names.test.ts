import { identify, requestOf, routeIndex, routeTable } from '@cairn/aws-kit/naming'
import { expect, test } from 'vitest'
import { nearWords } from './near-words.ts'
import { impossibleName } from './possible-names.ts'

const asked = (name: string) => {
  const [service = '', operation = ''] = name.split(':')
  return impossibleName({ service, operation })
}

test('what a call is named is possible, of every service', () => {
  for (const service of routeIndex().services) {
    const table = routeTable(service)
    const [operation] = table.operations.values()
    if (operation === undefined) continue
    const named = identify(requestOf(table, operation))
    const name = `${named.table?.service}:${named.operation?.name}`
    expect(asked(name), `${service}:${operation.name}, named ${name}`).toBeUndefined()
  }
})

test.each([
  'iam:*',
  'IAM:createuser',
  '*:*',
  's3:ListObjects',
  's3*:*Objects',
  's3:PostObject',
  'sqs:UnknownOperation',
])('a call may be named %s', (name) => {
  expect(asked(name)).toBeUndefined()
})

test.each([
  ['iamm:*', 'service', ['iam'], undefined],
  ['states:StartExecution', 'service', ['stepfunctions'], 'alias'],
  ['elasticloadbalancing:*', 'service', ['elbv2', 'elb'], 'alias'],
  ['x:UnknownOperation', 'service', [], undefined],
  ['s3:PutObjcet', 'operation', ['s3:PutObject', 's3:GetObject'], undefined],
  ['s3:ListBucket', 'operation', ['s3:HeadBucket', 's3:ListObjects', 's3:ListObjectsV2'], 'action'],
  ['lambda:CreateFunction20150331', 'operation', ['lambda:CreateFunction'], 'event-name'],
  ['docdb:CreateDBCluster', 'operation', ['rds:CreateDBCluster'], 'same-call'],
  ['docdb:*', 'operation', ['rds:*'], 'same-call'],
  ['s3:PutBucketLifecycle', 'operation', ['s3:PutBucketLifecycleConfiguration'], 'same-call'],
  ['*:CreateFunction20150331', 'operation', ['lambda:CreateFunction'], 'event-name'],
  ['iam:Usr*', 'operation', [], undefined],
  ['*:NoSuchThing', 'operation', [], undefined],
  ['s3:(.+)+$', 'operation', [], undefined],
] as const)('none is ever named %s', (name, kind, near, otherwise) => {
  expect(asked(name)).toMatchObject({ kind, near, ...(otherwise && { otherwise }) })
})

test('near is what is mistyped, then what is cut short, and nothing else', () => {
  const words = ['iam', 'sts', 's3', 'SendMessage', 'SendMessageBatch', 'ReceiveMessage']
  expect(nearWords('ima', words, 3)).toEqual(['iam'])
  expect(nearWords('sendmesage', words, 3)).toEqual(['SendMessage'])
  expect(nearWords('Send', words, 1)).toEqual(['SendMessage'])
  expect(nearWords('ec2', words, 3)).toEqual([])
  expect(nearWords('x'.repeat(100_000), words, 3)).toEqual([])
})
