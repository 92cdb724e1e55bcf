import { defineCommand } from '../command.ts'
import { exitCodes } from '../exit-code.ts'
import { readWhole } from '../installation/index.ts'

export const metricsCommand = defineCommand({
  name: 'metrics',
  summary: 'Print the metrics as Prometheus reads them, with those of each trail',
  description:
    'What anyone may read at /_cairn/metrics names no trail. This does: how many events wait for each, for how long, and whether its deliveries fail. For Prometheus, write it where the text file collector of its node exporter looks.',
  examples: [
    { run: 'metrics', means: 'all of them' },
    { run: 'metrics > /var/lib/node_exporter/cairn.prom', means: 'for Prometheus, once a minute' },
  ],
  async run(context) {
    await using installation = await context.installation()
    const call = { method: 'GET', path: '/_cairn/v1/metrics', signal: context.signal } as const
    await context.stdout.line((await readWhole(await installation.call(call))).trimEnd())
    return exitCodes.done
  },
})
