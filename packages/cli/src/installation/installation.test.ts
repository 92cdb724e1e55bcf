import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { configFrom } from '@cairn/server/config'
import { announceServer, writeKeyFiles } from '@cairn/server/local-access'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openInstallation, readJson, readLines } from './index.ts'

let folder: string
let handler: (request: IncomingMessage, response: ServerResponse) => void
let server: ReturnType<typeof createServer>
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cairn-installation-'))
  handler = (_request, response) => void response.end('{}')
  server = createServer((request, response) => {
    if (request.url === '/_cairn/health') response.end('{}')
    else handler(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterEach(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  rmSync(folder, { recursive: true })
})

async function open() {
  const key = { accessKeyId: 'AKIAOPERATOR', secretAccessKey: 'secret' }
  writeKeyFiles(folder, { operator: key, accounts: [] })
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  announceServer(folder, { pid: process.pid, endpoint, startedAt: '2026-01-01T00:00:00Z' })
  const { config } = await configFrom({ dataDir: folder }, folder)
  return openInstallation(config, () => Date.UTC(2026, 0, 1))
}

async function* chunks(...texts: string[]) {
  for (const text of texts) yield Buffer.from(text)
}

test('a folder without an installation is refused and stays empty', async () => {
  const { config } = await configFrom({ dataDir: join(folder, 'typo') }, folder)
  await expect(openInstallation(config, () => 0)).rejects.toMatchObject({
    message: expect.stringContaining('no Cairn installation'),
    advice: expect.stringContaining('--data-dir'),
  })
})

test('calls go to the running server, signed with the key of the operator, without the secret', async () => {
  let seen: IncomingMessage | undefined
  handler = (request, response) => {
    seen = request
    response.end('{"fine":true}')
  }
  await using installation = await open()
  const answer = await installation.call({
    method: 'GET',
    path: '/_cairn/v1/lookup',
    query: { user: 'a b+c', region: ['x', 'y'], skipped: undefined },
  })
  expect(await readJson(answer)).toEqual({ fine: true })
  expect(seen?.url).toBe('/_cairn/v1/lookup?user=a%20b%2Bc&region=x&region=y')
  expect(seen?.headers.authorization).toMatch(
    /^AWS4-HMAC-SHA256 Credential=AKIAOPERATOR\/20260101\/us-east-1\/cairn\/aws4_request/,
  )
  expect(JSON.stringify(seen?.rawHeaders)).not.toContain('secret')
})

test('bodies stream both ways, and lines are whole however they were cut', async () => {
  handler = (request, response) => void request.pipe(response)
  await using installation = await open()
  const body = chunks('one\ntw', 'o\n', '\nth', 'r', 'ee')
  const answer = await installation.call({ method: 'POST', path: '/_cairn/v1/import', body })
  const lines: string[] = []
  for await (const line of readLines(answer)) lines.push(Buffer.from(line).toString())
  expect(lines).toEqual(['one', 'two', '', 'three'])
})

test('a refusal in the middle of an upload is shown in the words of the server', async () => {
  handler = (_request, response) => {
    response.writeHead(403, { connection: 'close' }).end('{"code":"AccessDenied","message":"not you"}')
  }
  await using installation = await open()
  const endless = async function* () {
    for (;;) yield Buffer.alloc(65_536)
  }
  const answer = await installation.call({ method: 'POST', path: '/_cairn/v1/import', body: endless() })
  await expect(readJson(answer)).rejects.toThrow('The installation refused: not you (AccessDenied)')
})

test('what goes wrong while reading the body is what the caller learns', async () => {
  handler = (request) => void request.resume()
  await using installation = await open()
  const broken = async function* () {
    yield Buffer.from('x')
    throw new RangeError('file vanished')
  }
  const call = installation.call({ method: 'POST', path: '/_cairn/v1/import', body: broken() })
  await expect(call).rejects.toThrow('file vanished')
})

test('an answer that breaks off is an error, never a short answer', async () => {
  handler = (_request, response) => {
    response.writeHead(200, { 'content-length': '100' }).write('only a part\n')
    setImmediate(() => response.socket?.destroy())
  }
  await using installation = await open()
  const answer = await installation.call({ method: 'GET', path: '/_cairn/v1/lookup' })
  await expect(Array.fromAsync(readLines(answer))).rejects.toThrow('The connection to the server broke.')
})
