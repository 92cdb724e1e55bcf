import { defineCommand } from '../command.ts'
import { exitCodes } from '../exit-code.ts'
import { CommandFailure } from '../failure.ts'
import { counted, sizeOnDisk } from '../output/words.ts'

export const evidenceCommand = defineCommand({
  name: 'evidence',
  summary: 'Pack what proves a trail for a time: files, digests, keys, its history, the report and instructions',
  description:
    'The pack is one zip file. `cairn verify pack.zip` verifies it on any machine, without a server or network, and names the file if a single byte of it was changed. It holds what was recorded, decrypted: hand it over like the log files themselves. Ends like `verify`: with 0 when everything is as it was delivered.',
  options: {
    trail: { description: 'name or ARN of the trail; one that is deleted by its ARN', value: 'trail' },
    from: { description: 'from when on: 2026-03-01, 2026-03-01T10:00:00Z (default: from its making)', value: 'time' },
    to: { description: 'up to when; a day includes its end (default: now)', value: 'time' },
    output: { description: 'the file to make; it must not exist', value: 'file', short: 'o' },
  },
  examples: [
    {
      run: 'evidence --trail main --from 2026-03-01 --to 2026-03-31 -o pack.zip',
      means: 'then, anywhere: cairn verify pack.zip',
    },
  ],
  async run(context, _args, { trail: text, from, to, output }) {
    const { timeOf } = await import('../offline/asked-time.ts')
    if (text === undefined || output === undefined) {
      throw new CommandFailure('--trail and --output must be given.', {
        advice: 'See: cairn evidence --help',
        exitCode: exitCodes.usage,
      })
    }
    const fromMs = from === undefined ? undefined : timeOf(from, 'from')
    const untilMs = to === undefined ? undefined : timeOf(to, 'to')
    if (fromMs !== undefined && fromMs >= Math.min(untilMs ?? Infinity, context.nowMs())) {
      throw new CommandFailure('--from lies after --to, or is still to come.', { exitCode: exitCodes.usage })
    }
    const [{ resolve }, { stat, rm }, { makeEvidencePack }, { exitCodeOf }] = await Promise.all([
      import('node:path'),
      import('node:fs/promises'),
      import('../evidence/make-evidence-pack.ts'),
      import('../offline/verdict.ts'),
    ])
    const path = resolve(context.folder, output)
    if (await stat(path).catch(() => undefined)) {
      throw new CommandFailure(`${output} exists already.`, { advice: 'Name a new file.', exitCode: exitCodes.usage })
    }
    await using installation = await context.installation()
    try {
      const { report, reportText, manifestSha256, objects } = await makeEvidencePack(installation, {
        trail: text,
        ...(fromMs !== undefined && { fromMs }),
        ...(untilMs !== undefined && { untilMs }),
        path,
        style: context.stdout.style,
        signal: context.signal,
      })
      await context.stdout.line(reportText)
      const { size } = await stat(path)
      await context.stdout.line(`\n${output}: ${counted(objects, 'file')}, ${sizeOnDisk(size)}`)
      await context.stdout.line(`SHA-256 of its manifest: ${manifestSha256}`)
      return exitCodeOf(report)
    } catch (error) {
      // Half a pack is none.
      await rm(path, { force: true })
      throw error
    }
  },
})
