import { type Config, type Setting, settings } from '@cairn/server/config'
import { Command as Commander, Option } from 'commander'
import type { Command, CommandEntry } from './command.ts'
import { exitCodes } from './exit-code.ts'
import { CommandFailure } from './failure.ts'

/** What the command line asked for. */
export interface Invocation {
  readonly command: Command
  readonly args: Readonly<Record<string, unknown>>
  readonly options: Readonly<Record<string, unknown>>
  /** Settings given as flags, by setting key. */
  readonly flags: Readonly<Record<string, string | boolean>>
  readonly configFile: string | undefined
}

const helpBelow = `
Start with: cairn serve
Help on one command: cairn <command> --help
Exit codes: 0 done, 1 failed, 2 wrong command line or setting, 3 nothing to show;
            fsck, verify and record have more`

/** Settings that every command takes: they say where the installation is. */
const locationSettings: readonly (keyof Config)[] = ['dataDir', 'keyFile']

/**
 * Reads a command line. Only the command it names is loaded. `undefined` when help or the version was asked for and
 * has been written.
 *
 * @throws CommandFailure with exit code `usage`
 */
export async function readCommandLine(
  argv: readonly string[],
  entries: readonly CommandEntry[],
  version: string,
  out: { readonly stdout: (text: string) => void; readonly columns: number },
): Promise<Invocation | undefined> {
  const chosen = choose(argv, entries)
  const command = await chosen?.load()
  let invocation: Invocation | undefined
  let named: Commander | undefined
  const program = new Commander('cairn')
    .description('A CloudTrail you can run yourself: records API calls, keeps them, delivers them, looks them up.')
    .version(version, '--version', 'print the version')
    .helpCommand(true)
    .addHelpText('after', helpBelow)
  for (const entry of entries) {
    const node = place(program, entry)
    if (entry !== chosen || command === undefined) continue
    describe(node, command)
    named = node
    node.action((...given: unknown[]) => {
      const raw = node.opts<Record<string, unknown>>()
      invocation = {
        command,
        args: namedArguments(command, given),
        options: chosenOptions(command, raw),
        flags: settingFlags(command, raw),
        configFile: raw.config as string | undefined,
      }
    })
  }
  everyCommand(program, (node) =>
    node
      .exitOverride()
      .configureHelp({ showGlobalOptions: false, helpWidth: Math.min(out.columns, 120) })
      // Errors are thrown, described and written in one place: main.ts.
      .configureOutput({ writeOut: out.stdout, writeErr: () => undefined }),
  )
  try {
    if (argv.length === 0) program.outputHelp()
    else await program.parseAsync([...argv], { from: 'user' })
  } catch (error) {
    if (!isCommanderError(error)) throw error
    // Thrown by commander after it wrote help or the version.
    if (error.exitCode === 0) return undefined
    throw new CommandFailure(inWords(error, argv, named), {
      advice: `See: cairn ${chosen?.name ?? groupOf(argv, entries)} --help`.replace('  ', ' '),
      exitCode: exitCodes.usage,
    })
  }
  return invocation
}

/** The entry whose words the line begins with; the longest when several do. `help X` is help on X. */
function choose(argv: readonly string[], entries: readonly CommandEntry[]): CommandEntry | undefined {
  const words = argv.filter((word) => !word.startsWith('-'))
  const line = `${(words[0] === 'help' ? words.slice(1) : words).join(' ')} `
  return entries.filter((entry) => line.startsWith(`${entry.name} `)).sort((a, b) => b.name.length - a.name.length)[0]
}

/** The first word, where several commands begin with it. */
function groupOf(argv: readonly string[], entries: readonly CommandEntry[]): string {
  const word = argv[0] ?? ''
  return entries.some(({ name }) => name.startsWith(`${word} `)) ? word : ''
}

/**
 * Commander's own words, but for a group named without one of its commands, where it has none. It ends at the first
 * option it does not know: the others are named behind it.
 */
function inWords(error: Error & { readonly code: string }, argv: readonly string[], named?: Commander): string {
  if (error.code === 'commander.help') return `'${argv.join(' ')}' is a group of commands: say which one`
  const message = error.message.replace(/^error: /, '').replaceAll('\n', ' ')
  const others = error.code === 'commander.unknownOption' && named ? unknownOptions(argv, named).slice(1) : []
  const behind = others.map((option) => `; unknown option '${option}'`).join('')
  return `${message.charAt(0).toUpperCase()}${message.slice(1)}${behind}`
}

function unknownOptions(argv: readonly string[], { options }: Commander): readonly string[] {
  const known = new Set(['--help', ...options.map(({ long }) => long)])
  const end = argv.indexOf('--')
  const words = (end < 0 ? argv : argv.slice(0, end)).filter((word) => word.startsWith('--'))
  return words.map((word) => word.split('=')[0] ?? word).filter((name) => !known.has(name))
}

/** Adds `config print` as `print` below `config`. */
function place(program: Commander, entry: CommandEntry): Commander {
  const words = entry.name.split(' ')
  let node = program
  for (const [index, word] of words.entries()) {
    const known = node.commands.find((child) => child.name() === word)
    node = known ?? node.command(word)
    if (index === words.length - 1) node.summary(entry.summary).description(entry.summary)
    // A word that begins several commands says what each of them does.
    else
      node.summary([node.summary(), `${words.slice(index + 1).join(' ')}: ${entry.summary}`].filter(Boolean).join('; '))
  }
  return node
}

function describe(node: Commander, command: Command): void {
  node.description(
    command.description === undefined ? `${command.summary}.` : `${command.summary}.\n\n${command.description}`,
  )
  for (const [name, spec] of Object.entries(command.arguments)) {
    const text = `${kebab(name)}${spec.many ? '...' : ''}`
    node.argument(spec.optional ? `[${text}]` : `<${text}>`, spec.description)
  }
  for (const [name, spec] of Object.entries(command.options)) {
    const short = spec.short === undefined ? '' : `-${spec.short}, `
    const value = spec.value === undefined ? '' : ` <${spec.value}>`
    const option = new Option(`${short}--${kebab(name)}${value}`, spec.description)
    if (spec.choices !== undefined) option.choices(spec.choices)
    if (spec.many) option.argParser((value: string, all: readonly string[] = []) => [...all, value])
    node.addOption(option)
  }
  for (const setting of settingsFor(command)) node.addOption(settingOption(setting))
  if (command.settings !== 'none') {
    node.option('--config <file>', 'file with settings (default: cairn.yaml in this folder, if there is one)')
  }
  node.addHelpText(
    'after',
    `\nExamples:\n${command.examples.map(({ run, means }) => `  $ cairn ${run}\n      ${means}`).join('\n')}`,
  )
}

function settingsFor(command: Command): readonly Setting[] {
  if (command.settings === 'all') return settings
  if (command.settings === 'none') return []
  return settings.filter((setting) => (locationSettings as readonly string[]).includes(setting.key))
}

function settingOption(setting: Setting): Option {
  const value = setting.isSwitch ? '' : ` <${setting.isPath ? 'path' : 'value'}>`
  const option = new Option(`${setting.flag}${value}`, summaryOf(setting))
  if (setting.isRepeatable)
    option.argParser((given: string, before?: string) => [before, given].filter(Boolean).join(' '))
  return setting.isCommon ? option : option.hideHelp()
}

/** The first sentence, and the values that it may have and has. */
function summaryOf({ description, choices, default: value }: Setting): string {
  const facts = [
    ...(choices === undefined ? [] : [`one of ${choices.join(', ')}`]),
    ...(typeof value === 'string' || typeof value === 'number' ? [`default: ${value}`] : []),
  ]
  const sentence = description.split(/(?<=\.) /)[0] ?? ''
  return facts.length === 0 ? sentence : `${sentence.replace(/\.$/, '')} (${facts.join('; ')})`
}

function namedArguments(command: Command, given: readonly unknown[]): Record<string, unknown> {
  return Object.fromEntries(Object.keys(command.arguments).map((name, index) => [name, given[index]]))
}

function chosenOptions(command: Command, raw: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(command.options).map(([name, spec]) => [
      name,
      raw[name] ?? (spec.many ? [] : spec.value === undefined ? false : undefined),
    ]),
  )
}

function settingFlags(command: Command, raw: Readonly<Record<string, unknown>>): Record<string, string | boolean> {
  return Object.fromEntries(
    settingsFor(command).flatMap((setting) => {
      const value = raw[settingOption(setting).attributeName()]
      return typeof value === 'string' || typeof value === 'boolean' ? [[setting.key, value]] : []
    }),
  )
}

function everyCommand(node: Commander, visit: (node: Commander) => void): void {
  visit(node)
  for (const child of node.commands) everyCommand(child, visit)
}

function isCommanderError(error: unknown): error is Error & { exitCode: number; code: string } {
  return error instanceof Error && 'exitCode' in error && 'code' in error
}

export function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}
