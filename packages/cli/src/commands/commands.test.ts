import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { configFrom } from '@cairn/server/config'
import { announceServer, writeKeyFiles } from '@cairn/server/local-access'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Command } from '../command.ts'
import type { Context } from '../context.ts'
import { commands } from '../generated/commands.ts'
import type { Installation } from '../installation/index.ts'
import { createOutput } from '../output/output.ts'
import { configPrintCommand } from './config/print.ts'
import { envCommand } from './env.ts'
import { importCommand } from './import.ts'
import { policyBucketCommand } from './policy/bucket.ts'
import { historyInWords } from './status.ts'

let folder: string
let written: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cairn-commands-'))
  written = ''
})
afterEach(() => rmSync(folder, { recursive: true }))

const admin = { accessKeyId: 'AKIAADMIN', secretAccessKey: 'admin/secret+1' }
const root = { accessKeyId: 'AKIAROOT', secretAccessKey: 'root/secret' }
const operator = { accessKeyId: 'AKIAOPERATOR', secretAccessKey: 'operator/secret' }

function contextWith(flags: Readonly<Record<string, string>> = {}): Context {
  const loaded = configFrom({ dataDir: folder, ...flags }, folder)
  const write = (keep: boolean) =>
    createOutput(
      new Writable({
        write(chunk, _encoding, done) {
          if (keep) written += chunk.toString()
          done()
        },
      }),
      {},
    )
  return {
    stdout: write(true),
    stderr: write(false),
    stdin: (async function* () {})(),
    folder,
    signal: new AbortController().signal,
    nowMs: () => 0,
    environment: {},
    loadedConfig: () => loaded,
    config: async () => (await loaded).config,
    installation: () => Promise.reject(new Error('these commands need none')),
  }
}

function run(command: Command, context: Context, given: { args?: object; options?: object } = {}) {
  const absent = Object.entries(command.options).map(([name, { value }]) => [
    name,
    value === undefined ? false : undefined,
  ])
  return command.run(context, { ...given.args }, { ...Object.fromEntries(absent), ...given.options })
}

describe('env', () => {
  beforeEach(() => {
    writeKeyFiles(folder, {
      operator,
      accounts: [
        { account: '123456789012', admin, root },
        { account: '222222222222', root },
      ],
    })
  })

  test('sets what makes a client talk to the running server, and unsets what would override it', async () => {
    announceServer(folder, { pid: process.pid, endpoint: 'http://127.0.0.1:1234', startedAt: '2026-01-01T00:00:00Z' })
    expect(await run(envCommand, contextWith({ region: 'eu-west-1' }))).toBe(0)
    expect(written.trim().split('\n')).toEqual([
      "export AWS_ENDPOINT_URL='http://127.0.0.1:1234'",
      "export AWS_ACCESS_KEY_ID='AKIAADMIN'",
      "export AWS_SECRET_ACCESS_KEY='admin/secret+1'",
      "export AWS_REGION='eu-west-1'",
      "export AWS_DEFAULT_REGION='eu-west-1'",
      'unset AWS_PROFILE',
      'unset AWS_DEFAULT_PROFILE',
      'unset AWS_SESSION_TOKEN',
      'unset AWS_SECURITY_TOKEN',
    ])
  })

  test('unsets what sends the calls of one service elsewhere, where it is set', async () => {
    const environment = {
      AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:4566',
      AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true',
      AWS_ENDPOINT_URL: 'http://127.0.0.1:4566',
    }
    await run(envCommand, { ...contextWith(), environment })
    const lines = written.split('\n')
    expect(lines).toContain('unset AWS_ENDPOINT_URL_S3')
    expect(lines).toContain('unset AWS_IGNORE_CONFIGURED_ENDPOINT_URLS')
    expect(lines).not.toContain('unset AWS_ENDPOINT_URL')
  })

  test('without a running server names the endpoint that is configured', async () => {
    await run(envCommand, contextWith({ host: '::1', port: '80' }))
    expect(written).toContain("AWS_ENDPOINT_URL='http://[::1]:80'")
    await expect(run(envCommand, contextWith({ port: '0' }))).rejects.toThrow(
      'The port is chosen when the server starts',
    )
  })

  test('never prints the key of the operator, and that of root only when asked', async () => {
    await run(envCommand, contextWith())
    expect(written).not.toMatch(/operator\/secret|root\/secret/)
    await run(envCommand, contextWith(), { options: { root: true } })
    expect(written).toContain("AWS_ACCESS_KEY_ID='AKIAROOT'")
  })

  test('an account or a key that is not there is named, with what there is', async () => {
    const unknown = run(envCommand, contextWith(), { options: { account: '999999999999' } })
    await expect(unknown).rejects.toMatchObject({ advice: expect.stringContaining('123456789012, 222222222222') })
    const deleted = run(envCommand, contextWith(), { options: { account: '222222222222' } })
    await expect(deleted).rejects.toThrow('The first key of admin in 222222222222 was deleted.')
  })
})

describe('policy bucket', () => {
  test('prints the policy for the account of the installation, or for one trail', async () => {
    await run(policyBucketCommand, contextWith(), { args: { name: 'audit' }, options: { prefix: 'p', trail: 'main' } })
    const text = JSON.stringify(JSON.parse(written))
    expect(text).toContain('arn:aws:s3:::audit/p/AWSLogs/123456789012/*')
    expect(text).toContain(':123456789012:trail/main')
  })
})

describe('config print', () => {
  test('shows each setting with its place', async () => {
    writeFileSync(join(folder, 'unrelated.yaml'), 'port: 1')
    expect(await run(configPrintCommand, contextWith({ port: '99' }))).toBe(0)
    expect(written).toMatch(/^SETTING +FROM +VALUE$/m)
    expect(written).toMatch(/^port +--port +99$/m)
    expect(written).toMatch(/^mode +default +strict$/m)
    expect(written).toMatch(/^keyFile +default +-$/m)
  })
})

describe('import', () => {
  test('without a server, to follow is refused in words, not by a process that breaks off', async () => {
    // Closing takes a while: a failure that is not awaited before it would be nobody's.
    const closing = () => new Promise<void>((resolve) => setImmediate(() => setImmediate(resolve)))
    const installation: Installation = {
      call: () => Promise.reject(new Error('nothing is asked for')),
      [Symbol.asyncDispose]: closing,
    }
    const context = { ...contextWith(), installation: async () => installation }
    const given = { args: { path: ['s3://bucket/AWSLogs/'] }, options: { fromStore: 'prod', follow: true } }
    await expect(run(importCommand, context, given)).rejects.toThrow('No server runs here')
  })
})

describe('status', () => {
  test.each([
    ['indexed', undefined, 'indexed'],
    ['rebuilding', { events: 0, elapsedMs: 400 }, 'rebuilding: 0 % after 0.4 s'],
    ['rebuilding', { events: 500, elapsedMs: 30_000 }, 'rebuilding: 25 % after 30 s, about 90 s left'],
    ['rebuilding', { events: 2_100, elapsedMs: 99_000 }, 'rebuilding: 99 % after 99 s, about 1.0 s left'],
  ] as const)('says how far the history is: %s %j', (history, historyRebuild, said) => {
    const facts = { history, entries: 2_000, ...(historyRebuild && { historyRebuild }) }
    expect(historyInWords(facts)).toBe(said)
  })
})

describe('every command', () => {
  test('has a summary without a full stop, and an example that begins with its name', async () => {
    for (const { name, summary, load } of commands) {
      const command = await load()
      expect(command.name).toBe(name)
      expect(summary).toMatch(/^[A-Z].*[^.]$/)
      expect(command.examples.length).toBeGreaterThan(0)
      for (const { run: line } of command.examples) expect(line.startsWith(name)).toBe(true)
    }
  })
})
