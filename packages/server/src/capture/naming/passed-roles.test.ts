import { identify, type ObservedRequest, routeTable } from '@cairn/aws-kit/naming'
import { expect, test } from 'vitest'
import { passedRoles } from './passed-roles.ts'
import { writeRequest } from './wire.fixture.ts'

const place = { account: '111122223333', region: 'eu-west-1', partition: 'aws' }
const role = (name: string) => `arn:aws:iam::111122223333:role/${name}`

function request(name: string, input: object): ObservedRequest {
  const [service = '', operation = ''] = name.split(':')
  const table = routeTable(service)
  const found = table.operations.get(operation)
  if (found === undefined) throw new TypeError(`${name} is no operation`)
  return writeRequest(table, found, { ...input })
}

const passed = (observed: ObservedRequest) => passedRoles(identify(observed), observed, place)
const withBody = (observed: ObservedRequest, text: string) => ({ ...observed, bodyHead: Buffer.from(text) })

test.each([
  ['lambda:CreateFunction', { FunctionName: 'f', Role: role('f'), Code: {} }, [role('f')]],
  ['lambda:CreateFunction', { FunctionName: 'f', Role: role('f'), Description: role('other'), Code: {} }, [role('f')]],
  ['stepfunctions:CreateStateMachine', { name: 's', definition: '{}', roleArn: role('path/s') }, [role('path/s')]],
  ['redshift:CreateCluster', { ClusterIdentifier: 'c', IamRoles: [role('a'), role('b')] }, [role('a'), role('b')]],
  ['ecs:RegisterTaskDefinition', { family: 'f', taskRoleArn: 'task', containerDefinitions: [] }, [role('task')]],
  ['ec2:RunInstances', { MinCount: 1, MaxCount: 1, IamInstanceProfile: { Name: 'p' } }, [role('*')]],
  ['lambda:GetFunction', { FunctionName: 'f' }, []],
  ['rds:RemoveRoleFromDBCluster', { DBClusterIdentifier: 'c', RoleArn: role('a') }, []],
  ['sts:AssumeRole', { RoleArn: role('a'), RoleSessionName: 's' }, []],
  ['dynamodb:PutItem', { TableName: 't', Item: { role: { S: role('a') } } }, []],
])('%s with %j hands over %j', (name, input, roles) => {
  expect(passed(request(name, input))).toEqual(roles)
})

test('a role in XML is found, too', () => {
  const observed = request('s3:PutBucketReplication', { Bucket: 'b' })
  const text = `<ReplicationConfiguration><Role>${role('r')}</Role></ReplicationConfiguration>`
  expect(passed(withBody(observed, text))).toEqual([role('r')])
  expect(passed(withBody(observed, `<!DOCTYPE x [<!ENTITY r "${role('r')}">]>${text}`))).toEqual([role('*')])
})

test.each([
  `{"Role":"${role('harmless')}","Role":"${role('admin')}"}`,
  `{"Role":"${role('admin')}","\\u0052ole":"${role('harmless')}"}`,
  '{"Role":',
  `${'{"Role":'.repeat(40)}1${'}'.repeat(40)}`,
])('what may be read in another way may be any role: %s', (text) => {
  expect(passed(withBody(request('lambda:CreateFunction', { FunctionName: 'f' }), text))).toEqual([role('*')])
})

test('of a body that is longer than what is looked at, any role may be handed over; of one without roles, none', () => {
  const cut = (observed: ObservedRequest) => ({ ...observed, bodyIsWhole: false })
  expect(passed(cut(request('lambda:CreateFunction', { FunctionName: 'f' })))).toEqual([role('*')])
  expect(passed(cut(request('dynamodb:PutItem', { TableName: 't' })))).toEqual([])
})
