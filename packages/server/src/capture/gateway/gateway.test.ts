import { expect, test } from 'vitest'
import { startGateway } from './gateway.fixture.ts'
import { startUpstream } from './upstream.fixture.ts'

const json = { 'content-type': 'application/x-amz-json-1.0' }
const describeTable = {
  headers: { ...json, 'x-amz-target': 'DynamoDB_20120810.DescribeTable' },
  body: '{"TableName":"orders"}',
}
const createTable = { ...describeTable, headers: { ...json, 'x-amz-target': 'DynamoDB_20120810.CreateTable' } }

test('a call goes upstream byte for byte, its answer comes back so, and it is recorded with caller and parameters', async () => {
  await using upstream = await startUpstream((_request, response) => {
    response.writeHead(200, { 'X-Odd-Case': 'kept', 'x-amzn-RequestId': 'UPSTREAM-ID' })
    response.end('{"Table":{"TableName":"orders"}}')
  })
  await using gateway = await startGateway(`dynamodb=${upstream.endpoint}`)
  const headers = gateway.signedHeaders(describeTable)
  const answer = await gateway.send(describeTable)
  expect({ status: answer.status, body: String(answer.body), odd: answer.headers['x-odd-case'] }).toEqual({
    status: 200,
    body: '{"Table":{"TableName":"orders"}}',
    odd: 'kept',
  })
  const [seen] = upstream.seen
  expect(String(seen?.body)).toBe(describeTable.body)
  expect(seen?.headers).toMatchObject({ host: `127.0.0.1:${gateway.port}`, 'x-amz-target': headers['x-amz-target'] })
  expect(seen?.headers.authorization).toContain(`Credential=${gateway.admin.accessKeyId}/`)
  const [record] = await gateway.records()
  expect(record).toMatchObject({
    eventSource: 'dynamodb.amazonaws.com',
    eventName: 'DescribeTable',
    readOnly: true,
    requestID: 'UPSTREAM-ID',
    userIdentity: { type: 'IAMUser', userName: 'admin' },
    requestParameters: { tableName: 'orders' },
    responseElements: null,
  })
  expect(record?.additionalEventData?.identity).toBeUndefined()
  expect(await gateway.intents()).toBe(0)
})

test('a change is announced durably before it goes upstream', async () => {
  let intentsWhenSent: number | undefined
  await using upstream = await startUpstream(async (_request, response) => {
    intentsWhenSent = await gateway.intents()
    response.end('{}')
  })
  await using gateway = await startGateway(`dynamodb=${upstream.endpoint}`)
  await gateway.send(createTable)
  expect(intentsWhenSent).toBe(1)
  expect(await gateway.records()).toMatchObject([{ eventName: 'CreateTable', readOnly: false }])
})
