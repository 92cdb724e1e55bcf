import type { Context } from './context.ts'
import type { ExitCode, ProgramExitCode } from './exit-code.ts'

/** An argument by position, in the order written. */
export interface ArgumentSpec {
  readonly description: string
  /** May be left out. Only the last can be. */
  readonly optional?: true
  /** Takes all that remain, at least one unless optional. Only the last can. */
  readonly many?: true
}

/** An option. Its name is its key in kebab case: `eventName` is `--event-name`. */
export interface OptionSpec {
  readonly description: string
  /** One letter by which it can also be given. */
  readonly short?: string
  /** What stands for the value in help, e.g. `name`. Without it the option is a switch. */
  readonly value?: string
  readonly choices?: readonly string[]
  /** May be given several times. */
  readonly many?: true
}

type ArgumentSpecs = Readonly<Record<string, ArgumentSpec>>
type OptionSpecs = Readonly<Record<string, OptionSpec>>

export type ArgumentValues<Specs extends ArgumentSpecs> = {
  readonly [Name in keyof Specs]: Specs[Name] extends { many: true }
    ? readonly string[]
    : Specs[Name] extends { optional: true }
      ? string | undefined
      : string
}

export type OptionValues<Specs extends OptionSpecs> = {
  readonly [Name in keyof Specs]: Specs[Name] extends { many: true }
    ? readonly string[]
    : Specs[Name] extends { value: string }
      ? string | undefined
      : boolean
}

/** A command with its types erased, as the program holds it. */
export interface Command {
  /** As typed: `config print`. */
  readonly name: string
  /** One line for the list of commands. */
  readonly summary: string
  /** More for its own help. */
  readonly description?: string
  readonly arguments: ArgumentSpecs
  readonly options: OptionSpecs
  /** Which settings it takes as flags; `location`: those that say where the installation is. */
  readonly settings: 'all' | 'location' | 'none'
  readonly examples: readonly Example[]
  run(
    context: Context,
    args: Readonly<Record<string, unknown>>,
    options: Readonly<Record<string, unknown>>,
  ): Promise<ExitCode | ProgramExitCode> | ExitCode
}

export interface Example {
  /** Without the program's name: `lookup --user bert-jan`. */
  readonly run: string
  readonly means: string
}

/**
 * Defines a command; the file's path in commands/ is its name. `run` gives the exit code, or throws: a
 * `CommandFailure` for what its user can mend, anything else for a defect.
 */
export function defineCommand<const Arguments extends ArgumentSpecs, const Options extends OptionSpecs>(spec: {
  readonly name: string
  readonly summary: string
  readonly description?: string
  readonly arguments?: Arguments
  readonly options?: Options
  readonly settings?: Command['settings']
  readonly examples: readonly Example[]
  run(
    context: Context,
    args: ArgumentValues<Arguments>,
    options: OptionValues<Options>,
  ): Promise<ExitCode | ProgramExitCode> | ExitCode
}): Command {
  return {
    ...spec,
    arguments: spec.arguments ?? {},
    options: spec.options ?? {},
    settings: spec.settings ?? 'location',
    run: (context, args, options) =>
      spec.run(context, args as ArgumentValues<Arguments>, options as OptionValues<Options>),
  }
}

/** A command the program knows of without having loaded it. */
export interface CommandEntry {
  readonly name: string
  readonly summary: string
  load(): Promise<Command>
}
