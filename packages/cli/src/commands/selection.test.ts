import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { configFrom } from '@cairn/server/config'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Command } from '../command.ts'
import type { Context } from '../context.ts'
import type { InstallationCall } from '../installation/index.ts'
import { createOutput } from '../output/output.ts'
import { explainCommand } from './explain.ts'
import { selectorsTryCommand } from './selectors/try.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cairn-selection-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** Runs a command against an installation that gives this answer to everything. */
async function run(command: Command, given: { args: object; options?: object }, answer: string) {
  const written = { out: '', err: '' }
  const output = (name: 'out' | 'err') =>
    createOutput(
      new Writable({
        write(chunk, _encoding, done) {
          written[name] += chunk.toString()
          done()
        },
      }),
      {},
    )
  const calls: InstallationCall[] = []
  const loaded = configFrom({ dataDir: folder }, folder)
  const context: Context = {
    stdout: output('out'),
    stderr: output('err'),
    stdin: (async function* () {
      yield Buffer.from('{"AdvancedEventSelectors":')
      yield Buffer.from('[]}')
    })(),
    folder,
    signal: new AbortController().signal,
    nowMs: () => 0,
    environment: {},
    loadedConfig: () => loaded,
    config: async () => (await loaded).config,
    installation: async () => ({
      async call(call) {
        calls.push(call)
        const body = (async function* () {
          yield Buffer.from(answer)
        })()
        return { status: 200, contentType: 'application/json', body }
      },
      async [Symbol.asyncDispose]() {},
    }),
  }
  const absent = Object.entries(command.options).map(([name, { value, many }]) => [
    name,
    many ? [] : value === undefined ? false : undefined,
  ])
  const exitCode = await command.run(context, { ...given.args }, { ...Object.fromEntries(absent), ...given.options })
  const [call] = calls
  let sent = ''
  for await (const chunk of call?.body ?? []) sent += Buffer.from(chunk).toString()
  return { ...written, exitCode, call, sent }
}

describe('explain', () => {
  const event = {
    eventId: 'id-1',
    eventName: 'RunInstances',
    eventSource: 'ec2.amazonaws.com',
    category: 'Management',
    account: '123456789012',
    region: 'us-east-1',
    time: '2026-01-01T00:00:00.000Z',
    asOf: 'then',
    trails: [
      {
        trail: 'arn:of-main',
        name: 'main',
        isSelected: true,
        obstacles: [],
        selectors: [{ name: 'all\u001b[2J', matches: true, reasons: ['eventCategory is Management: taken'] }],
      },
      {
        trail: 'arn:of-quiet',
        name: 'quiet',
        isSelected: false,
        obstacles: ['the trail was not logging'],
        selectors: [],
      },
    ],
  }

  test('says of each trail whether it takes the event, and why', async () => {
    const { out, exitCode } = await run(
      explainCommand,
      { args: { event: 'id-1' } },
      JSON.stringify({ events: [event] }),
    )
    expect(out.split('\n')).toEqual([
      '2026-01-01T00:00:00.000Z  ec2:RunInstances  (Management)',
      'event id-1, account 123456789012, us-east-1',
      '',
      'main takes it  arn:of-main',
      '  selector 1 “all<001B>[2J” matches:',
      '    eventCategory is Management: taken',
      '',
      'quiet does not take it  arn:of-quiet',
      '  because the trail was not logging',
      '',
    ])
    expect(exitCode).toBe(0)
  })

  test('asks for the trail that was named', async () => {
    const { call } = await run(explainCommand, { args: { event: 'x' }, options: { trail: 'main' } }, '{"events":[]}')
    expect(call?.query).toEqual({ event: 'x', trail: 'main' })
  })

  test('exits with 3 when there is no such event, and says why that may be', async () => {
    const { out, err, exitCode } = await run(explainCommand, { args: { event: 'x' } }, '{"events":[]}')
    expect([out, exitCode]).toEqual(['', 3])
    expect(err).toMatch(/no trail took are not kept/i)
  })

  test('exits with 3 when the account had no trail of that name, and says how to find those it had', async () => {
    const answer = JSON.stringify({ events: [{ ...event, trails: [] }] })
    const asked = { args: { event: 'x' }, options: { trail: 'mian' } }
    const { err, exitCode } = await run(explainCommand, asked, answer)
    expect(exitCode).toBe(3)
    expect(err).toContain('no trail mian')
  })

  test('says when it had to ask the trails of today', async () => {
    const { out } = await run(
      explainCommand,
      { args: { event: 'x' } },
      JSON.stringify({ events: [{ ...event, asOf: 'now', trails: [] }] }),
    )
    expect(out).toContain('these are the trails of today')
    expect(out).toContain('no trail to hold it against')
  })
})

describe('selectors try', () => {
  const summary = {
    seen: 12,
    kept: 5,
    kinds: [{ category: 'Data', source: 's3.amazonaws.com', name: 'GetObject', seen: 10, kept: 5 }],
    others: { seen: 2, kept: 0 },
    end: 'complete',
  }
  const answer = (last: object) => `{"progress":{"seen":10,"kept":5}}\n${JSON.stringify({ summary: last })}\n`

  test('shows each kind, seen and kept', async () => {
    writeFileSync(join(folder, 's.json'), '[{"ReadWriteType":"All"}]')
    const given = { args: { file: 's.json' }, options: { since: '-7d', account: ['123456789012'], limit: '100' } }
    const { out, err, sent, exitCode } = await run(selectorsTryCommand, given, answer(summary))
    expect(out).toBe(
      'SEEN  KEPT  CATEGORY  EVENT\n10    5     Data      s3:GetObject\n2     0               (other kinds)\n',
    )
    expect(err).toBe('5 of 12 events would be kept.\n')
    expect(JSON.parse(sent)).toEqual({
      selectors: [{ ReadWriteType: 'All' }],
      since: '-7d',
      accounts: ['123456789012'],
      limit: 100,
    })
    expect(exitCode).toBe(0)
  })

  test.each([
    ['nothing would be kept', { ...summary, kept: 0 }, 3],
    ['it took too long', { ...summary, end: 'time-limit' }, 1],
  ])('the exit code says that %s', async (_what, last, expected) => {
    const { exitCode, sent } = await run(selectorsTryCommand, { args: { file: '-' } }, answer(last))
    expect(exitCode).toBe(expected)
    expect(JSON.parse(sent)).toEqual({ selectors: { AdvancedEventSelectors: [] } })
  })

  test.each([
    ['a file that is not there', 'gone.json', '', /gone\.json cannot be read/],
    ['a file that is no JSON', 'bad.json', '', /bad\.json is not JSON/],
    ['an answer that breaks off', '-', '{"progress":{"seen":1,"kept":1}}\n', /broke off/],
    [
      'a trial that failed',
      '-',
      '{"error":{"code":"history.busy","message":"too many"}}\n',
      /too many \(history\.busy\)/,
    ],
  ])('%s is told', async (_what, file, answered, message) => {
    writeFileSync(join(folder, 'bad.json'), '{')
    await expect(run(selectorsTryCommand, { args: { file } }, answered)).rejects.toThrow(message)
  })
})
