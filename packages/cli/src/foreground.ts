import type { LoadedConfig } from '@cairn/server/config'
import type { Context } from './context.ts'

/** A person at a terminal reads the words of a command; entries of everyday life would only bury them. */
export function withQuietLog({ config, origins }: LoadedConfig, context: Context): LoadedConfig['config'] {
  const isUnset = origins.get('log.level')?.kind === 'default'
  return isUnset && context.stderr.isTerminal ? { ...config, log: { ...config.log, level: 'warn' } } : config
}

/** Resolves when this process was asked to end. */
export function stopAsked(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
