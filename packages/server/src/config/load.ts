import { readFileSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { Fault } from '../fault.ts'
import type { Problem } from './rule.ts'
import { brokenRules, type Config, type Setting, settings } from './schema.ts'
import { environmentSource, flagSource, type Given, type Origin, type Source } from './source.ts'

/** Where settings are looked for. Everything has the default that a command wants. */
export interface LoadOptions {
  /** By setting key. */
  readonly flags?: Readonly<Record<string, string | boolean>>
  /** `--config`; it must exist. Else `CAIRN_CONFIG`, else `cairn.yaml` in the current folder if there is one. */
  readonly file?: string
  readonly environment?: Readonly<Record<string, string | undefined>>
  readonly folder?: string
}

export interface LoadedConfig {
  readonly config: Config
  /** By setting key. */
  readonly origins: ReadonlyMap<string, Origin>
}

/** Raised with every problem of every source at once. */
export class ConfigFault extends Fault {
  readonly problems: readonly Problem[]

  constructor(problems: readonly Problem[]) {
    super('config.invalid', 'settings are wrong', { problems: problems.length })
    this.problems = problems
  }
}

/**
 * Collects settings (defaults, then file, then environment, then flags: the later wins), checks them and freezes them.
 *
 * @throws ConfigFault `config.invalid` with every problem found
 */
export async function loadConfig(options: LoadOptions = {}): Promise<LoadedConfig> {
  const folder = resolve(options.folder ?? '.')
  const environment = options.environment ?? process.env
  const sources = [
    await readFile(options.file, environment.CAIRN_CONFIG, folder),
    environmentSource(environment, folder),
    flagSource(options.flags ?? {}, folder),
  ]
  const problems = sources.flatMap((source) => source.problems)
  const winners = new Map<string, Given>()
  for (const given of sources.flatMap((source) => source.given)) winners.set(given.setting.key, given)

  const values: Record<string, unknown> = {}
  const origins = new Map<string, Origin>()
  for (const setting of settings) {
    const given = winners.get(setting.key)
    const origin = given?.origin ?? { kind: 'default' }
    origins.set(setting.key, origin)
    const parsed = setting.schema.safeParse(given?.value)
    if (parsed.success) assign(values, setting.path, settle(setting, parsed.data, given?.folder ?? folder))
    else
      for (const issue of parsed.error.issues)
        problems.push({ key: keyOf(setting, issue.path), problem: issue.message, place: placeOf(origin) })
  }
  if (problems.length > 0) throw new ConfigFault(problems)

  const config = values as unknown as Config
  const broken = brokenRules(config as Parameters<typeof brokenRules>[0])
  if (broken.length > 0) {
    throw new ConfigFault(
      broken.map((problem) => ({ ...problem, place: placeOf(origins.get(problem.key ?? '') ?? { kind: 'default' }) })),
    )
  }
  return { config: deepFreeze(config), origins }
}

/** For tests and embedding: the configuration these values give, nothing read from file or environment. */
export function configFrom(flags: Readonly<Record<string, string | boolean>>, folder: string): Promise<LoadedConfig> {
  return loadConfig({ flags, environment: {}, folder })
}

async function readFile(flag: string | undefined, variable: string | undefined, folder: string): Promise<Source> {
  const asked = flag ?? variable
  const path = resolve(folder, asked ?? 'cairn.yaml')
  const place = flag !== undefined ? '--config' : variable !== undefined ? 'CAIRN_CONFIG' : 'cairn.yaml'
  try {
    const size = statSync(path).size
    // Only now: without a file, no start pays for loading a YAML parser.
    const { fileBytesMax, fileSource } = await import('./file-source.ts')
    if (size > fileBytesMax) {
      return { given: [], problems: [{ problem: `names ${path}, which is larger than ${fileBytesMax} bytes`, place }] }
    }
    return fileSource(readFileSync(path, 'utf8'), asked ?? 'cairn.yaml', dirname(path))
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === undefined) throw error
    if (code === 'ENOENT' && asked === undefined) return { given: [], problems: [] }
    return { given: [], problems: [{ problem: `names ${path}, which cannot be read (${code})`, place }] }
  }
}

/** `stores[0].endpoint`: within a setting that is a list, which of its parts. */
function keyOf(setting: Setting, path: readonly PropertyKey[]): string {
  return setting.key + path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('')
}

function settle(setting: Setting, value: unknown, folder: string): unknown {
  if (setting.inFolder !== undefined) return setting.inFolder(value, folder)
  return setting.isPath === true && typeof value === 'string' ? resolve(folder, value) : value
}

function assign(target: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [head, ...rest] = path
  if (head === undefined) return
  if (rest.length === 0) {
    target[head] = value
    return
  }
  const child = (target[head] ?? {}) as Record<string, unknown>
  target[head] = child
  assign(child, rest, value)
}

function placeOf(origin: Origin): string {
  return origin.kind === 'default' ? 'default' : origin.place
}

function deepFreeze<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null) {
    for (const child of Object.values(value)) deepFreeze(child)
    Object.freeze(value)
  }
  return value
}
