import fc from 'fast-check'
import { expect, test } from 'vitest'
import { exchange, startGateway } from './gateway.fixture.ts'
import { startUpstream } from './upstream.fixture.ts'

const word = fc.stringMatching(/^[!-~]{0,30}$/)
const requests = fc.record({
  method: fc.constantFrom('GET', 'PUT', 'POST', 'DELETE', 'HEAD', 'PATCH', 'OPTIONS'),
  path: word.map((text) => `/${text.replaceAll('#', '').replaceAll('?', '')}`),
  query: word.map((text) => text.replaceAll('#', '')),
  contentType: fc.oneof(
    word,
    fc.constantFrom('application/x-amz-json-1.0', 'application/x-www-form-urlencoded', 'application/cbor', 'text/xml'),
  ),
  target: fc.oneof(word, fc.constantFrom('DynamoDB_20120810.GetItem', 'Kinesis_20131202.', '.', 'a.b.c')),
  service: fc.constantFrom('dynamodb', 's3', 'kinesis', 'nowhere', 'lambda', 'monitoring'),
  body: fc.oneof(fc.string(), fc.constantFrom('{', '{"a":1e999}', '<a>', 'Action=DescribeInstances&', '\u0000')),
})

test('whatever is sent, the upstream gets it once and there is one record of it', async () => {
  await using upstream = await startUpstream((_request, response) => response.end('<a/>'))
  await using gateway = await startGateway(`*,s3=${upstream.endpoint}`)
  await fc.assert(
    fc.asyncProperty(requests, async ({ method, path, query, contentType, target, service, body }) => {
      const before = { seen: upstream.seen.length, records: (await gateway.records()).length }
      const authorization = `AWS4-HMAC-SHA256 Credential=AK/20261123/eu-west-1/${service}/aws4_request, SignedHeaders=host, Signature=0`
      const headers = { host: 'localhost', authorization, 'content-type': contentType, 'x-amz-target': target }
      const hasBody = method === 'PUT' || method === 'POST'
      const sent = { method, path: encodeURI(path), query: encodeURI(query), headers, ...(hasBody && { body }) }
      const { status } = await exchange(sent, gateway.port)
      const after = { seen: upstream.seen.length, records: (await gateway.records()).length }
      expect({ status, ...after }).toEqual({ status: 200, seen: before.seen + 1, records: before.records + 1 })
    }),
    { numRuns: 60 },
  )
})
