import { describe, expect, test } from 'vitest'
import { type Command, type CommandEntry, defineCommand } from './command.ts'
import { exitCodes } from './exit-code.ts'
import { readCommandLine } from './program.ts'

const loaded: string[] = []

function entry(command: Command): CommandEntry {
  return {
    name: command.name,
    summary: command.summary,
    load: async () => {
      loaded.push(command.name)
      return command
    },
  }
}

const entries = [
  entry(
    defineCommand({
      name: 'find',
      summary: 'Find things',
      arguments: { place: { description: 'where' }, more: { description: 'more places', optional: true, many: true } },
      options: {
        eventName: { value: 'name', description: 'a name', many: true },
        kind: { value: 'kind', description: 'a kind', choices: ['a', 'b'] },
        ndjson: { description: 'as lines' },
      },
      examples: [{ run: 'find here', means: 'looks here' }],
      run: () => exitCodes.done,
    }),
  ),
  entry(defineCommand({ name: 'config', summary: 'Configure', examples: [], run: () => exitCodes.done })),
  entry(
    defineCommand({ name: 'config print', summary: 'Print', settings: 'all', examples: [], run: () => exitCodes.done }),
  ),
  entry(defineCommand({ name: 'policy bucket', summary: 'Policy', examples: [], run: () => exitCodes.done })),
]

let written = ''
async function read(...argv: string[]) {
  loaded.length = 0
  written = ''
  const write = (text: string) => {
    written += text
  }
  return readCommandLine(argv, entries, '1.2.3', { stdout: write, columns: 80 })
}

describe('reading', () => {
  test('arguments and options arrive under their names, absent ones as nothing', async () => {
    const first = await read('find', 'here', '--event-name', 'A', '--event-name', 'B', '--ndjson')
    expect(first?.args).toEqual({ place: 'here', more: [] })
    expect(first?.options).toEqual({ eventName: ['A', 'B'], kind: undefined, ndjson: true })
    const second = await read('find', 'here', 'there', 'everywhere')
    expect(second?.args).toEqual({ place: 'here', more: ['there', 'everywhere'] })
    expect(second?.options).toEqual({ eventName: [], kind: undefined, ndjson: false })
  })

  test('settings given as flags are told apart from options', async () => {
    const all = await read(
      'config',
      'print',
      '--history-retention',
      '1d',
      '--allow-insecure-listen',
      '--config',
      'x.yaml',
    )
    expect(all?.flags).toEqual({ 'history.retention': '1d', allowInsecureListen: true })
    expect(all?.configFile).toBe('x.yaml')
    const location = await read('find', 'here', '--data-dir', 'd')
    expect(location?.flags).toEqual({ dataDir: 'd' })
  })

  test('only the command that was named is loaded, and none for the list of commands', async () => {
    await read('config', 'print')
    expect(loaded).toEqual(['config print'])
    await read('--help')
    expect(loaded).toEqual([])
    expect(written).toContain('Find things')
  })
})

describe('help', () => {
  test.each([[['find', '--help']], [['help', 'find']]])('%j shows arguments, options and examples', async (argv) => {
    expect(await read(...argv)).toBeUndefined()
    for (const part of ['<place>', '--event-name <name>', '--data-dir', '$ cairn find here', 'looks here']) {
      expect(written).toContain(part)
    }
  })

  test('no command at all shows the list of commands', async () => {
    expect(await read()).toBeUndefined()
    expect(written).toContain('Commands:')
  })

  test('the version is printed', async () => {
    expect(await read('--version')).toBeUndefined()
    expect(written).toBe('1.2.3\n')
  })
})

describe('wrong use', () => {
  test.each([
    [['find'], /Missing required argument 'place'/, 'find '],
    [['find', 'here', '--prot'], /Unknown option '--prot'/, 'find '],
    [['find', 'here', '--kind', 'c'], /Allowed choices are a, b/, 'find '],
    [['find', 'here', '--port', '1'], /Unknown option '--port'/, 'find '],
    [['find', 'here', '--prot', '1', '--kind=a', '--fo=o'], /Unknown option '--prot'; unknown option '--fo'/, 'find '],
    [['fnid'], /Unknown command 'fnid' \(Did you mean find\?\)/, ''],
    [['policy'], /'policy' is a group of commands/, 'policy '],
    [['policy', 'bukcet'], /Unknown command 'bukcet'/, 'policy '],
  ])('%j is refused with exit code 2 and the help to read', async (argv, message, command) => {
    await expect(read(...argv)).rejects.toMatchObject({
      message: expect.stringMatching(message),
      advice: `See: cairn ${command}--help`,
      exitCode: 2,
    })
  })
})
