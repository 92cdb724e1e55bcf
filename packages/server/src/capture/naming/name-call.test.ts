import { expect, test } from 'vitest'
import { nameCall, readAnswer } from './index.ts'

const place = { account: '111122223333', region: 'eu-west-1', partition: 'aws' }
const encoder = new TextEncoder()

function observed(method: string, target: string, headers: Readonly<Record<string, string>> = {}, body = '') {
  const host = headers.host ?? '127.0.0.1:4566'
  return { method, host, target, headers, bodyHead: encoder.encode(body), bodyIsWhole: true }
}

test('a call by target is named after it, with its parameters', () => {
  const headers = { 'x-amz-target': 'DynamoDB_20120810.DescribeTable', 'content-type': 'application/x-amz-json-1.0' }
  const request = { ...observed('POST', '/', headers, '{"TableName":"none"}') }
  const call = nameCall({ ...request, signing: { service: 'dynamodb', region: 'eu-west-1' } }, place)
  expect(call).toMatchObject({
    eventSource: 'dynamodb.amazonaws.com',
    eventName: 'DescribeTable',
    readOnly: true,
    requestParameters: { tableName: 'none' },
  })
})

test('an object put is a data event on bucket and object', () => {
  const call = nameCall(observed('PUT', '/data/a/b.csv'), place)
  expect(call).toMatchObject({
    eventSource: 's3.amazonaws.com',
    eventName: 'PutObject',
    category: 'Data',
    requestParameters: { bucketName: 'data', Host: '127.0.0.1:4566', key: 'a/b.csv' },
    resources: [
      { type: 'AWS::S3::Object', ARN: 'arn:aws:s3:::data/a/b.csv' },
      { accountId: '111122223333', type: 'AWS::S3::Bucket', ARN: 'arn:aws:s3:::data' },
    ],
  })
})

test('an error answer gives the code as records spell it', () => {
  const call = nameCall(observed('PUT', '/data/a/b.csv'), place)
  const bodyHead = encoder.encode('<Error><Code>NoSuchBucket</Code><Message>no</Message></Error>')
  const answer = { status: 404, headers: { 'x-amz-request-id': 'ABC' }, bodyHead, bodyIsWhole: true }
  expect(readAnswer(call, answer)).toMatchObject({
    error: { code: 'NoSuchBucket', message: 'no' },
    responseElements: null,
    requestId: 'ABC',
  })
})
