import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { writeKeyFiles } from '@cairn/server/local-access'
import { defineCommand } from '../command.ts'
import { exitCodes } from '../exit-code.ts'
import { CommandFailure } from '../failure.ts'
import { amount } from '../output/words.ts'
import { programCall } from '../version.ts'

export const restoreCommand = defineCommand({
  name: 'restore',
  summary: 'Make a data directory from a backup',
  description:
    'The data directory must be empty or missing: nothing is ever overwritten. It is opened once to prove that it can be.',
  arguments: { folder: { description: 'what `cairn backup` made' } },
  examples: [
    { run: 'restore /backups/2026-11-22', means: 'into ./cairn-data' },
    { run: 'restore /backups/2026-11-22 --data-dir /var/lib/cairn', means: 'into another directory' },
  ],
  async run(context, { folder }) {
    const config = await context.config()
    const { openInstallation, restoreBackup } = await import('@cairn/server')
    const { takenAt, holdsKey } = await restoreBackup(resolve(context.folder, folder), config.dataDir)
    if (!holdsKey && (config.keyFile === undefined || !existsSync(config.keyFile))) {
      throw new CommandFailure('The files are restored; the key that encrypts their secrets was kept elsewhere.', {
        advice: `Put its copy in place and name it: ${programCall} serve --data-dir '${config.dataDir}' --key-file FILE`,
      })
    }
    await using installation = await openInstallation({ ...config, log: { ...config.log, level: 'error' } })
    const { operator, accounts } = installation.keys
    if (operator === undefined) throw new CommandFailure('The backup holds no key of the operator.')
    writeKeyFiles(config.dataDir, { operator, accounts })
    await context.stdout.line(
      `Restored to ${config.dataDir}, as of ${takenAt}, accounts: ${amount(accounts.length)}. Start it with: ${programCall} serve --data-dir '${config.dataDir}'`,
    )
    return exitCodes.done
  },
})
