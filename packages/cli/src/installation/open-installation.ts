import type { Config } from '@cairn/server/config'
import { findServer, isInstallation } from '@cairn/server/local-access'
import { CommandFailure } from '../failure.ts'
import type { Installation } from './installation.ts'

/**
 * Reaches the installation in `config.dataDir`: through its server when one runs, else by opening the directory in
 * this process. Never creates one: a look-up with a mistyped folder must not leave an empty installation behind.
 *
 * @throws CommandFailure when there is none
 */
export async function openInstallation(config: Config, nowMs: () => number): Promise<Installation> {
  requireInstallation(config.dataDir)
  const server = findServer(config.dataDir)
  if (server !== undefined) {
    const { openRemote } = await import('./remote.ts')
    const remote = await openRemote(server, config, nowMs)
    if (remote !== undefined) return remote
  }
  const { openInProcess } = await import('./in-process.ts')
  return openInProcess(config)
}

export function requireInstallation(dataDir: string): void {
  if (isInstallation(dataDir)) return
  throw new CommandFailure(`There is no Cairn installation in ${dataDir}.`, {
    advice: 'Start one with `cairn serve`, or say where it is with --data-dir (or CAIRN_DATA_DIR).',
  })
}
