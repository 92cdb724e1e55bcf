import { defineCommand } from '../../command.ts'
import { exitCodes } from '../../exit-code.ts'
import { CommandFailure } from '../../failure.ts'
import { readJson } from '../../installation/index.ts'

const unitMs: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

export const clockAdvanceCommand = defineCommand({
  name: 'clock advance',
  summary: 'Move the test clock of an installation forward',
  description:
    'Delivers what was accepted, lets the time pass, and makes every digest that is due then. Only for an installation that was begun with `cairn serve --clock test=…`.',
  arguments: { time: { description: 'such as 90s, 10m, 3h or 30d' } },
  examples: [{ run: 'clock advance 3h', means: 'three hours later, with three digests more in each region' }],
  async run(context, { time }) {
    const [, count, unit = ''] = /^(\d{1,9})([smhd])$/.exec(time) ?? []
    if (count === undefined) {
      throw new CommandFailure(`"${time}" is no time such as 90s, 10m, 3h or 30d.`, { exitCode: exitCodes.usage })
    }
    await using installation = await context.installation()
    const { now } = await readJson<{ readonly now: string }>(
      await installation.call({
        method: 'POST',
        path: '/_cairn/v1/clock/advance',
        query: { ms: String(Number(count) * (unitMs[unit] ?? 0)) },
        signal: context.signal,
      }),
    )
    await context.stdout.line(`It is now ${now}.`)
    return exitCodes.done
  },
})
