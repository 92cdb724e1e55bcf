import { PassThrough, Writable } from 'node:stream'
import { ConfigFault } from '@cairn/server/config'
import { Fault } from '@cairn/server/fault'
import { describe, expect, test } from 'vitest'
import { CommandFailure } from '../failure.ts'
import { asTyped } from './as-typed.ts'
import { describeFailure } from './describe-failure.ts'
import { manualOf } from './manual.ts'
import { createOutput } from './output.ts'
import { printable } from './printable.ts'
import { table } from './table.ts'

const plain = createOutput(new PassThrough(), {}).style

describe('colour', () => {
  const terminal = () => Object.assign(new PassThrough(), { isTTY: true })

  test('is used on terminals only', () => {
    expect(createOutput(terminal(), {}).style.red('x')).toBe('\u001b[31mx\u001b[39m')
    expect(plain.red('x')).toBe('x')
  })

  test.each([{ NO_COLOR: '1' }, { TERM: 'dumb' }])('is not used with %o', (environment) => {
    expect(createOutput(terminal(), environment).style.red('x')).toBe('x')
  })

  test('an empty NO_COLOR means nothing', () => {
    expect(createOutput(terminal(), { NO_COLOR: '' }).style.bold('x')).not.toBe('x')
  })
})

describe('writing', () => {
  test('waits for a slow reader instead of piling up', async () => {
    const stream = new PassThrough({ highWaterMark: 4 })
    const output = createOutput(stream, {})
    let isWritten = false
    const written = output.write('longer than the buffer').then(() => {
      isWritten = true
    })
    await new Promise(setImmediate)
    expect(isWritten).toBe(false)
    stream.resume()
    await written
  })

  test('ends with Ctrl-C where the reader stands still, and is not waited for after that', async () => {
    const interrupt = new AbortController()
    const output = createOutput(new PassThrough({ highWaterMark: 4 }), {}, interrupt.signal)
    const written = output.write('longer than the buffer')
    interrupt.abort('SIGINT')
    await expect(written).rejects.toBe('SIGINT')
    await output.write('a last word')
  })

  test('to a pipe that was closed does nothing and says so', async () => {
    const closed = new Writable({
      write: (_chunk, _encoding, done) => done(Object.assign(new Error('broken pipe'), { code: 'EPIPE' })),
    })
    const output = createOutput(closed, {})
    await output.write('x')
    await new Promise(setImmediate)
    expect(output.isClosed).toBe(true)
    await output.write('y')
  })
})

describe('failures', () => {
  test('wrong settings are listed with their places and are a usage error', () => {
    const fault = new ConfigFault([
      { key: 'port', problem: 'expected a number', place: 'CAIRN_PORT' },
      { problem: 'is no setting', place: 'CAIRN_PROT' },
    ])
    const report = describeFailure(fault, plain)
    expect(report.exitCode).toBe(2)
    expect(report.text).toContain('CAIRN_PORT: port expected a number\n  CAIRN_PROT: is no setting')
  })

  test('a fault is named with its code and its facts, and the manual says what to do', () => {
    const report = describeFailure(new Fault('log.locked', 'log is in use', { pid: 7 }), plain)
    expect(report).toMatchObject({ exitCode: 1 })
    expect(report.text).toMatch(/log is in use \(log\.locked\)\n {2}pid: 7\nAnother living process .*--data-dir/)
  })

  test('commands in an advice are written as they have to be typed here', () => {
    const failure = new CommandFailure('Gone.', { advice: 'Run `cairn serve`, or look: cairn lookup --help' })
    const { text } = describeFailure(failure, plain)
    expect(text).toBe('Gone.\nRun `npx cairn serve`, or look: npx cairn lookup --help')
    const help = '  $ cairn env\n      then: eval "$(cairn env)"\nnpx cairn status, cairn.yaml and Cairn stay'
    expect(asTyped(help)).toBe(
      '  $ npx cairn env\n      then: eval "$(npx cairn env)"\nnpx cairn status, cairn.yaml and Cairn stay',
    )
  })

  test('the manual knows no codes but its own, and nothing outside its folder', () => {
    expect(manualOf('backup.folder-not-empty')).toContain('Name a new folder')
    for (const code of ['backup.nothing', 'nothing.at-all', '../../../README.x', 'AccessDenied']) {
      expect(manualOf(code)).toBeUndefined()
    }
  })

  test('a command says what to do next and chooses its exit code', () => {
    const failure = new CommandFailure('Gone.', { advice: 'Look elsewhere.', exitCode: 3 })
    expect(describeFailure(failure, plain)).toEqual({ text: 'Gone.\nLook elsewhere.', exitCode: 3 })
  })

  test('a defect shows where it happened', () => {
    expect(describeFailure(new TypeError('x is not a function'), plain).text).toContain('output.test.ts')
  })
})

test('text from outside cannot drive the terminal', () => {
  expect(printable('a\u001b[2Jb\r\n\u202ec\u009b')).toBe('a<001B>[2Jb<000D><000A><202E>c<009B>')
})

test('table columns are as wide as their widest cell, and nothing trails', () => {
  expect(
    table(
      ['A', 'B'],
      [
        ['long cell', 'x'],
        ['s', ''],
      ],
    ),
  ).toBe('A          B\nlong cell  x\ns')
})
