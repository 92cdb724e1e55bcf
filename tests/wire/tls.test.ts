import { readFile, writeFile } from 'node:fs/promises'
import { get } from 'node:https'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { CloudTrailClient, DescribeTrailsCommand } from '@aws-sdk/client-cloudtrail'
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3'
import { selfSignedCertificate } from '@cairn/testkit/certificate'
import { type RunningCairn, startCairn, temporaryFolder } from '@cairn/testkit/running-cairn'
import { afterAll, beforeAll, expect, test } from 'vitest'

/** One server that speaks TLS, from its first certificate to its next. */

const folder = temporaryFolder()
const dataDir = join(folder.path, 'data')
const tlsCert = join(folder.path, 'cert.pem')
const tlsKey = join(folder.path, 'key.pem')
const first = selfSignedCertificate('first')
const second = selfSignedCertificate('second')
let cairn: RunningCairn

beforeAll(async () => {
  await writeFile(tlsCert, first.cert)
  await writeFile(tlsKey, first.key)
  cairn = await startCairn({ dataDir, args: ['--tls-cert', tlsCert, '--tls-key', tlsKey] })
})
afterAll(async () => {
  await cairn?.[Symbol.asyncDispose]()
  folder[Symbol.dispose]()
})

/** The health page as a client sees it that trusts `cert` alone. */
function health(cert: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = get(`${cairn.endpoint}/_cairn/health`, { ca: cert, agent: false }, (answer) => {
      answer.resume()
      resolve(answer.statusCode ?? 0)
    })
    request.once('error', reject)
  })
}

test('it serves HTTPS with the certificate it was given, and no plain HTTP', async () => {
  expect(cairn.endpoint).toMatch(/^https:\/\//)
  expect(await health(first.cert)).toBe(200)
  await expect(health(second.cert)).rejects.toThrow()
  await expect(fetch(cairn.endpoint.replace('https', 'http'))).rejects.toThrow()
})

test('records say by which TLS a call came, and those of S3 name the cipher', async () => {
  const { AWS_ACCESS_KEY_ID: accessKeyId = '', AWS_SECRET_ACCESS_KEY: secretAccessKey = '' } = cairn.environment
  const requestHandler = { httpsAgent: { ca: first.cert } }
  const shared = {
    endpoint: cairn.endpoint,
    region: 'eu-west-1',
    credentials: { accessKeyId, secretAccessKey },
    requestHandler,
  }
  await new CloudTrailClient(shared).send(new DescribeTrailsCommand({}))
  await new S3Client({ ...shared, forcePathStyle: true }).send(new ListBucketsCommand({}))
  const { host } = new URL(cairn.endpoint)
  const tlsDetails = {
    tlsVersion: 'TLSv1.3',
    cipherSuite: expect.stringMatching(/^TLS_/),
    clientProvidedHostHeader: host,
  }
  await expect.poll(() => lookUp('DescribeTrails')).toMatchObject([{ tlsDetails }])
  await expect
    .poll(() => lookUp('ListBuckets'))
    .toMatchObject([
      { tlsDetails, additionalEventData: { SignatureVersion: 'SigV4', CipherSuite: expect.stringMatching(/^TLS_/) } },
    ])
})

test('its own commands trust exactly its certificate', async () => {
  expect((await cairn.cairn('status')).code).toBe(0)
  const notePath = join(dataDir, 'server.json')
  const note = await readFile(notePath, 'utf8')
  await writeFile(notePath, JSON.stringify({ ...JSON.parse(note), certificate: second.cert }))
  expect((await cairn.cairn('status')).code).not.toBe(0)
  await writeFile(notePath, note)
})

test('a renewed pair is taken, though its files are replaced one after the other', async () => {
  await writeFile(tlsCert, second.cert)
  await expect.poll(() => cairn.log(), { timeout: 10_000 }).toContain('TLS certificate not renewed')
  expect(await health(first.cert)).toBe(200)
  // The server goes on with the old one, and so do its commands.
  expect((await cairn.cairn('status')).code).toBe(0)
  await writeFile(tlsKey, second.key)
  await expect.poll(() => cairn.log(), { timeout: 10_000 }).toContain('TLS certificate renewed')
  expect(await health(second.cert)).toBe(200)
  await expect(health(first.cert)).rejects.toThrow()
  expect((await cairn.cairn('status')).code).toBe(0)
})

test('a handshake that is garbage, or never comes, harms nobody', async () => {
  const { hostname, port } = new URL(cairn.endpoint)
  const old = connect({ host: hostname, port: Number(port), maxVersion: 'TLSv1.1', rejectUnauthorized: false })
  await new Promise((resolve) => old.once('error', resolve))
  await fetch(cairn.endpoint.replace('https', 'http')).catch(() => undefined)
  expect(await health(second.cert)).toBe(200)
  expect(cairn.log()).not.toContain(second.key.split('\n')[1])
})

test('beyond loopback it listens with TLS or with its flag, and not otherwise', async () => {
  using elsewhere = temporaryFolder()
  const data = join(elsewhere.path, 'data')
  const plain = startCairn({ dataDir: data, args: ['--host', '0.0.0.0'] })
  await expect(plain).rejects.toThrow(/allowInsecureListen/)
  await using insecure = await startCairn({ dataDir: data, args: ['--host', '0.0.0.0', '--allow-insecure-listen'] })
  expect(insecure.endpoint).toMatch(/^http:\/\/127\.0\.0\.1:/)
})

test('a key of another certificate is refused at the start', async () => {
  using elsewhere = temporaryFolder()
  const key = join(elsewhere.path, 'other.pem')
  await writeFile(key, first.key)
  const started = startCairn({ dataDir: join(elsewhere.path, 'data'), args: ['--tls-cert', tlsCert, '--tls-key', key] })
  await expect(started).rejects.toThrow(/does not belong to the certificate/)
})

async function lookUp(eventName: string): Promise<readonly Record<string, unknown>[]> {
  const { stdout } = await cairn.cairn('lookup', '--event-name', eventName, '--ndjson')
  return stdout.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Record<string, unknown>]))
}
