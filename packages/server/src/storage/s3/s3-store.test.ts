import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer, type Server as HttpServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bytes, registerObjectStoreContract, textOf } from '@cairn/testkit/contracts/object-store'
import { afterEach, describe, expect, it } from 'vitest'
import { configFrom } from '../../config/index.ts'
import { startServer } from '../../main.ts'
import { createS3Store } from './index.ts'

/** Cairn's own S3 stands in for an S3 server. */
registerObjectStoreContract('S3 server', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'cairn-s3-store-'))
  const { config } = await configFrom({ port: '0', dataDir: join(directory, 'data'), 'log.level': 'error' }, directory)
  const server = await startServer(config)
  const { accounts } = JSON.parse(await readFile(join(directory, 'data', 'credentials.json'), 'utf8'))
  const store = createS3Store({
    endpoint: server.endpoint,
    region: 'us-east-1',
    credentials: async () => accounts[0].admin,
    pathStyle: true,
    expectedOwner: accounts[0].account,
  })
  return {
    ...store,
    async [Symbol.asyncDispose]() {
      await store[Symbol.asyncDispose]()
      await server[Symbol.asyncDispose]()
      await rm(directory, { recursive: true })
    },
  }
})

let fake: HttpServer | undefined
afterEach(() => {
  fake?.closeAllConnections()
  fake?.close()
})

/** A server that answers what it likes, and a store that talks to it. */
async function storeOn(answer: RequestListener) {
  fake = createServer(answer)
  await new Promise<void>((resolve) => fake?.listen(0, '127.0.0.1', resolve))
  const { port } = fake.address() as AddressInfo
  return createS3Store({ endpoint: `http://127.0.0.1:${port}`, region: 'eu-west-1', pathStyle: true })
}

describe('a server that misbehaves', () => {
  it('is not followed anywhere when it redirects', async () => {
    let asked = 0
    await using store = await storeOn((_, response) => {
      asked += 1
      response.writeHead(307, { location: 'http://169.254.169.254/latest/meta-data' }).end()
    })
    await expect(store.open('bucket', 'key')).rejects.toMatchObject({ code: 'object.store-redirects' })
    expect(asked).toBe(1)
  })

  it('cannot pass a part of an object off as the whole', async () => {
    await using store = await storeOn((_, response) => {
      response.writeHead(200, { 'content-length': '10', etag: '"e"' })
      response.write('1234')
      setImmediate(() => response.destroy())
    })
    const opened = await store.open('bucket', 'key')
    expect(opened?.head.size).toBe(10)
    await expect(textOf(opened?.read() ?? bytes())).rejects.toMatchObject({ code: 'object.store-unreachable' })
  })

  it('is told apart from one that refuses', async () => {
    const denied = '<Error><Code>AccessDenied</Code><Message>no</Message></Error>'
    await using store = await storeOn((_, response) => response.writeHead(403).end(denied))
    const refused = { code: 'object.store-refused', fields: { code: 'AccessDenied', status: 403 } }
    await expect(store.list({ bucket: 'bucket', limit: 1 })).rejects.toMatchObject(refused)
  })

  it('gets what it needs to check a write: length, hash and condition', async () => {
    let headers: Record<string, unknown> = {}
    await using store = await storeOn((request, response) => {
      if (request.method === 'PUT') headers = request.headers
      response.writeHead(200, { etag: '"e"', 'content-length': '0' }).end()
    })
    const acl = { 'x-amz-acl': 'bucket-owner-full-control', 'content-encoding': 'gzip' }
    await store.put({ bucket: 'bucket', key: 'key', headers: acl, body: bytes('text'), onlyIfAbsent: true })
    expect(headers).toMatchObject({
      ...acl,
      'content-length': '4',
      'if-none-match': '*',
      'x-amz-checksum-sha256': createHash('sha256').update('text').digest('base64'),
    })
  })
})
