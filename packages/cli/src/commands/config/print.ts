import { describeConfig } from '@cairn/server/config'
import { defineCommand } from '../../command.ts'
import { exitCodes } from '../../exit-code.ts'
import { table } from '../../output/table.ts'

export const configPrintCommand = defineCommand({
  name: 'config print',
  summary: 'Print every setting in force and where it came from',
  settings: 'all',
  options: { json: { description: 'as one JSON array' } },
  examples: [
    { run: 'config print', means: 'what `cairn serve` would run with in this folder' },
    { run: 'config print --config /etc/cairn.yaml --port 80', means: 'check a file, and a flag on top of it' },
  ],
  async run(context, _args, options) {
    const settings = describeConfig(await context.loadedConfig())
    if (options.json) {
      await context.stdout.line(JSON.stringify(settings, undefined, 2))
      return exitCodes.done
    }
    const rows = settings.map(({ key, value, origin }) => [key, origin, written(value)])
    await context.stdout.line(table(['SETTING', 'FROM', 'VALUE'], rows))
    return exitCodes.done
  },
})

function written(value: unknown): string {
  if (value === undefined) return '-'
  if (!Array.isArray(value)) return String(value)
  return value.map((item) => (typeof item === 'object' ? JSON.stringify(item) : item)).join(',')
}
