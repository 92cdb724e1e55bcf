import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { startCairn, temporaryFolder } from '@cairn/testkit/running-cairn'
import { expect, test } from 'vitest'

interface Found {
  readonly eventName: string
  readonly errorCode?: string
  readonly requestParameters: Readonly<Record<string, unknown>> | null
  readonly additionalEventData?: Readonly<Record<string, unknown>>
}

test('killed between the answer of the upstream and the record: one event, its outcome unknown', async () => {
  using folder = temporaryFolder()
  const dataDir = join(folder.path, 'data')
  let onCall: () => Promise<void> = async () => {}
  const upstream = createServer(async (request, response) => {
    for await (const _ of request);
    await onCall()
    response.end('{}')
  })
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve))
  const { port } = upstream.address() as AddressInfo
  const args = ['--upstream', `dynamodb=http://127.0.0.1:${port}`]
  try {
    const dying = await startCairn({ dataDir, args })
    onCall = () => dying.kill()
    const headers = {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': 'DynamoDB_20120810.DeleteTable',
      authorization:
        'AWS4-HMAC-SHA256 Credential=test/20261123/eu-west-1/dynamodb/aws4_request, SignedHeaders=host, Signature=00',
    }
    const call = fetch(dying.endpoint, { method: 'POST', headers, body: '{"TableName":"orders"}' })
    await expect(call).rejects.toThrow()

    await using again = await startCairn({ dataDir, args })
    const { stdout } = await again.cairn('lookup', '--event-name', 'DeleteTable', '--since', '-1h', '--ndjson')
    const found = stdout
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Found)
    expect(found).toMatchObject([
      { requestParameters: { tableName: 'orders' }, additionalEventData: { outcome: 'unknown' } },
    ])
    expect(found[0]?.errorCode).toBeUndefined()
  } finally {
    upstream.closeAllConnections()
    await new Promise((resolve) => upstream.close(resolve))
  }
})
