import { resolve } from 'node:path'
import type { Backup } from '@cairn/server'
import { defineCommand } from '../command.ts'
import { exitCodes } from '../exit-code.ts'
import { readJson } from '../installation/index.ts'
import { amount, sizeOnDisk } from '../output/words.ts'

export const backupCommand = defineCommand({
  name: 'backup',
  summary: 'Copy the installation, as of one moment, while it runs',
  description:
    'The folder must be empty or missing, and one that the server may write to. It then holds secrets: keep it as safe as the data directory. A key file outside of the data directory is not copied.',
  arguments: { folder: { description: 'where to; made when missing' } },
  examples: [
    {
      run: 'backup /backups/2026-11-22',
      means: 'then, to try it: cairn restore /backups/2026-11-22 --data-dir ./trial',
    },
  ],
  async run(context, { folder }) {
    await using installation = await context.installation()
    const backup = await readJson<Backup>(
      await installation.call({
        method: 'POST',
        path: '/_cairn/v1/backup',
        query: { folder: resolve(context.folder, folder) },
        signal: context.signal,
      }),
    )
    await context.stdout.line(
      `Backed up to ${backup.folder} as of ${backup.takenAt}: event log, catalogue, ${amount(backup.objects)} object files (${sizeOnDisk(backup.objectBytes)}).`,
    )
    if (!backup.holdsKey) {
      await context.stdout.line(
        'The key file lies elsewhere and is not in it: without a copy of that, it cannot be used.',
      )
    }
    return exitCodes.done
  },
})
