import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { selfSignedCertificate } from '@cairn/testkit/certificate'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startGateway } from './gateway.fixture.ts'

const folder = mkdtempSync(join(tmpdir(), 'cairn-tls-'))
const ca = join(folder, 'ca.pem')
const certificate = selfSignedCertificate('upstream')
const server = createServer(certificate, (request, response) => request.resume().on('end', () => response.end('{}')))
let endpoint = ''

beforeAll(async () => {
  writeFileSync(ca, certificate.cert)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  endpoint = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
})

afterAll(() => {
  server.closeAllConnections()
  server.close()
  rmSync(folder, { recursive: true })
})

const call = { headers: { 'x-amz-target': 'DynamoDB_20120810.CreateTable' }, body: '{}' }

test('an upstream is reached over TLS that its own certificates vouch for', async () => {
  await using gateway = await startGateway(`dynamodb=${endpoint},ca=${ca}`)
  expect(await gateway.send(call)).toMatchObject({ status: 200 })
})

test.each(['localhost', '127.0.0.1'])(
  'the certificate of %s is held against that, whatever host the client signed',
  async (name) => {
    await using gateway = await startGateway(`s3=${endpoint.replace('127.0.0.1', name)},ca=${ca}`)
    const headers = { host: 'data.localhost' }
    const sent = { service: 's3', method: 'GET', path: '/key', headers, payload: 'UNSIGNED-PAYLOAD' }
    expect(await gateway.send(sent)).toMatchObject({ status: 200 })
  },
)

test('an upstream that nobody vouches for is never sent anything', async () => {
  await using gateway = await startGateway(`dynamodb=${endpoint}`)
  expect(await gateway.send(call)).toMatchObject({ status: 503 })
  expect(await gateway.records()).toMatchObject([
    { errorCode: 'UpstreamUnreachable', additionalEventData: { outcome: 'notApplied' } },
  ])
})

test('a file of certificates that cannot be read is said at the start', async () => {
  const starting = startGateway(`dynamodb=${endpoint},ca=${folder}/none.pem`)
  await expect(starting).rejects.toMatchObject({ code: 'gateway.ca-unreadable' })
})
