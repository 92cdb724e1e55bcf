import type { Damage } from '@cairn/server'
import type { Config } from '@cairn/server/config'
import { findServer } from '@cairn/server/local-access'
import { defineCommand } from '../command.ts'
import type { Context } from '../context.ts'
import { exitCodes } from '../exit-code.ts'
import { CommandFailure } from '../failure.ts'
import { readLines, requireInstallation } from '../installation/index.ts'
import { asTyped } from '../output/as-typed.ts'
import { printable } from '../output/printable.ts'

export const fsckCommand = defineCommand({
  name: 'fsck',
  summary: 'Read everything that is stored and say what is damaged',
  description:
    'Verifies every checksum of the event log, the catalogue, the key file and the objects; changes nothing. Indexes, which are made from these, are not looked at. Works on a running server, on a stopped one, on a directory that no longer opens and on one that may only be read. Exit code 4 when there is damage.',
  options: { json: { description: 'one JSON object a line for each damage' } },
  examples: [{ run: 'fsck', means: 'checks ./cairn-data' }],
  async run(context, _args, options) {
    const config = await context.config()
    const { dataDir } = config
    requireInstallation(dataDir)
    const damages = findServer(dataDir) === undefined ? directly(config, context.signal) : throughServer(context)
    let count = 0
    for await (const { part, problem } of damages) {
      count += 1
      const line = options.json ? JSON.stringify({ part, problem }) : `${part}: ${printable(problem)}`
      await context.stdout.line(line)
    }
    if (count > 0) {
      await context.stderr.line(
        asTyped(
          `Damaged: ${count}. Stop the server and keep a copy of ${dataDir}. Put back what is missing, or restore the last backup with \`cairn restore\`.`,
        ),
      )
      return exitCodes.damaged
    }
    if (!options.json) await context.stdout.line('Everything that is stored is as it was written.')
    return exitCodes.done
  },
})

async function* directly(config: Config, signal: AbortSignal): AsyncGenerator<Damage> {
  const { checkDataDirectory } = await import('@cairn/server')
  yield* checkDataDirectory(config, signal)
}

async function* throughServer(context: Context): AsyncGenerator<Damage> {
  await using installation = await context.installation()
  const call = { method: 'GET', path: '/_cairn/v1/fsck', signal: context.signal } as const
  let isComplete = false
  for await (const line of readLines(await installation.call(call))) {
    const finding = JSON.parse(Buffer.from(line).toString()) as Damage | { readonly end: true }
    if ('end' in finding) isComplete = true
    else yield finding
  }
  if (!isComplete) throw new CommandFailure('The check broke off.', { advice: "Look at the server's log." })
}
