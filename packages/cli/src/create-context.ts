import { type Config, type LoadedConfig, loadConfig } from '@cairn/server/config'
import type { Context } from './context.ts'
import { openInstallation } from './installation/index.ts'
import type { Output } from './output/output.ts'
import type { Invocation } from './program.ts'

/** A command that opens the directory for a moment is no server: entries that are no failure say nothing to its user. */
function quiet({ config, origins }: LoadedConfig): Config {
  return origins.get('log.level')?.kind === 'default' ? { ...config, log: { ...config.log, level: 'error' } } : config
}

/** The context of one command line in this process. Settings are read once, and only when a command asks. */
export function createContext(options: {
  readonly stdout: Output
  readonly stderr: Output
  readonly environment: Context['environment']
  readonly invocation: Pick<Invocation, 'flags' | 'configFile'>
  readonly signal: AbortSignal
  readonly insistence: AbortSignal
}): Context {
  const { stdout, stderr, environment, signal, insistence } = options
  const { flags, configFile } = options.invocation
  let loaded: ReturnType<typeof loadConfig> | undefined
  const loadedConfig = () => {
    loaded ??= loadConfig({ flags, ...(configFile !== undefined && { file: configFile }) })
    return loaded
  }
  const config = async () => (await loadedConfig()).config
  return {
    stdout,
    stderr,
    stdin: process.stdin,
    folder: process.cwd(),
    environment,
    signal,
    insistence,
    nowMs: () => Date.now(),
    loadedConfig,
    config,
    installation: async () => openInstallation(quiet(await loadedConfig()), () => Date.now()),
  }
}
