import { expect, test } from 'vitest'
import { isReadOnlyName, recordErrorCode, recordUserAgent, showsResponse } from './call-habits.ts'

test.each([
  ['iam', 'NoSuchEntity', 'NoSuchEntityException'],
  ['iam', 'ValidationError', 'ValidationException'],
  ['iam', 'AccessDenied', 'AccessDenied'],
  ['ec2', 'UnauthorizedOperation', 'Client.UnauthorizedOperation'],
  ['ec2', 'Client.InvalidVpcID.NotFound', 'Client.InvalidVpcID.NotFound'],
  ['s3', 'NoSuchBucketPolicy', 'NoSuchBucketPolicy'],
  ['cloudtrail', 'TrailNotFoundException', 'TrailNotFoundException'],
  ['cloudtrail', 'AccessDeniedException', 'AccessDenied'],
])('%s records the error %s as %s', (service, code, recorded) => {
  expect(recordErrorCode(service, code)).toBe(recorded)
})

test('only roles being handed out are shown in the answer of a read-only call', () => {
  const call = (service: string, eventName: string, readOnly: boolean) =>
    showsResponse({ eventSource: `${service}.amazonaws.com`, eventName, readOnly })
  expect(call('sts', 'AssumeRoleWithSAML', true)).toBe(true)
  expect(call('sts', 'GetCallerIdentity', true)).toBe(false)
  expect(call('iam', 'CreateRole', false)).toBe(true)
})

test('S3 puts the user agent in brackets', () => {
  expect(recordUserAgent('s3.amazonaws.com', 'Boto3/1')).toBe('[Boto3/1]')
  expect(recordUserAgent('iam.amazonaws.com', 'Boto3/1')).toBe('Boto3/1')
})

test('reads are told by name, with the exceptions that were measured', () => {
  expect(isReadOnlyName('kms.amazonaws.com', 'Decrypt')).toBe(true)
  expect(isReadOnlyName('sts.amazonaws.com', 'GetSessionToken')).toBe(false)
  expect(isReadOnlyName('ec2.amazonaws.com', 'DescribeInstances')).toBe(true)
  expect(isReadOnlyName('ec2.amazonaws.com', 'RunInstances')).toBe(false)
})
