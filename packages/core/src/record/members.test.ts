import { loadModel, type ServiceModel } from '@cairn/aws-kit/model'
import { expect, test } from 'vitest'
import { recordMemberName, recordMembers } from './members.ts'

const cloudtrail = await loadModel('cloudtrail')
const sts = await loadModel('sts')
const iam = await loadModel('iam')

test('only the first letter of a member changes', () => {
  expect(['S3BucketName', 'TrailARN', 'SAMLAssertionID', 'DBInstanceIdentifier'].map(recordMemberName)).toEqual([
    's3BucketName',
    'trailARN',
    'sAMLAssertionID',
    'dBInstanceIdentifier',
  ])
})

test('members stand in the order of the model, unknown ones are ignored', () => {
  const input = {
    IsMultiRegionTrail: true,
    Surprise: 1,
    S3BucketName: 'b',
    Name: 'n',
    TagsList: [{ Key: 'k', Value: 'v' }],
  }
  expect(JSON.stringify(recordMembers(cloudtrail, 'CreateTrailRequest', input))).toBe(
    '{"name":"n","s3BucketName":"b","isMultiRegionTrail":true,"tagsList":[{"key":"k","value":"v"}]}',
  )
})

test('the answer of AssumeRole shows key id, token and expiration in the old US form, never the secret', () => {
  const output = {
    Credentials: { AccessKeyId: 'ASIA', SecretAccessKey: 'secret', SessionToken: 'token', Expiration: new Date(0) },
  }
  expect(recordMembers(sts, 'AssumeRoleResponse', output)).toEqual({
    credentials: { accessKeyId: 'ASIA', sessionToken: 'token', expiration: 'Jan 1, 1970, 12:00:00 AM' },
  })
})

test('passwords are left out, other secrets of the model are hidden', () => {
  expect(recordMembers(iam, 'CreateLoginProfileRequest', { UserName: 'ana', Password: 'p' })).toEqual({
    userName: 'ana',
  })
  expect(recordMembers(iam, 'ChangePasswordRequest', { OldPassword: 'a', NewPassword: 'b' })).toBeNull()
  const certificate = { ServerCertificateName: 'c', PrivateKey: 'key' }
  expect(recordMembers(iam, 'UploadServerCertificateRequest', certificate)).toEqual({
    serverCertificateName: 'c',
    privateKey: 'HIDDEN_DUE_TO_SECURITY_REASONS',
  })
})

test('nothing to show is null', () => {
  expect(recordMembers(cloudtrail, 'CreateTrailRequest', {})).toBeNull()
  expect(recordMembers(cloudtrail, undefined, { Name: 'n' })).toBeNull()
  expect(recordMembers(cloudtrail, 'CreateTrailRequest', 'text')).toBeNull()
})

test('a recursive shape fed without end is cut, not followed', () => {
  const model: ServiceModel = {
    service: 'x',
    apiVersion: '1',
    protocol: 'awsJson1_1',
    signingName: 'x',
    endpointPrefix: 'x',
    operations: {},
    commonErrors: {},
    shapes: { Node: { type: 'structure', required: [], members: { Next: { shape: 'Node' } } } },
  }
  const loop: { Next?: unknown } = {}
  loop.Next = loop
  const text = JSON.stringify(recordMembers(model, 'Node', loop))
  expect(text.match(/next/g)?.length).toBeLessThanOrEqual(32)
})

test('inherited members of the value are not members of the request', () => {
  expect(recordMembers(cloudtrail, 'CreateTrailRequest', Object.create({ Name: 'n' }))).toBeNull()
})
