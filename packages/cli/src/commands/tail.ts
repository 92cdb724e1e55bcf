import { recordOfLine } from '@cairn/core/lookup'
import { defineCommand } from '../command.ts'
import { exitCodes } from '../exit-code.ts'
import { CommandFailure } from '../failure.ts'
import { readLines } from '../installation/index.ts'
import { conditionsOf } from '../lookup/conditions.ts'
import { eventText, longEventText } from '../lookup/event-text.ts'
import { conditionArguments, conditionOptions, some } from '../lookup/options.ts'

export const tailCommand = defineCommand({
  name: 'tail',
  summary: 'Show new events as they come in',
  description: 'Takes the conditions of `cairn lookup`. Ctrl-C ends it.',
  arguments: conditionArguments,
  options: {
    ...conditionOptions,
    long: { description: 'everything of each event' },
    ndjson: { description: 'the stored records, one a line, byte for byte' },
  },
  examples: [
    { run: 'tail --write-only', means: 'what changes something, as it happens' },
    { run: "tail --error '*' --not --source s3", means: 'calls that failed, without those to S3' },
  ],
  async run(context, { words }, options) {
    const { stdout, stderr, signal } = context
    const body = {
      where: conditionsOf(options, words ?? []),
      accounts: some(options.account),
      regions: some(options.region),
      categories: some(options.category),
    }
    await using installation = await context.installation()
    if (installation.endpoint === undefined) {
      throw new CommandFailure('No server runs here, so nothing comes in.', { advice: 'Start it with `cairn serve`.' })
    }
    const path = '/_cairn/v1/tail'
    const answer = await installation.call({ method: 'GET', path, query: { query: JSON.stringify(body) }, signal })
    for await (const line of readLines(answer)) {
      const record = recordOfLine(line)
      const { event: _, missed, ...head } = JSON.parse(Buffer.from(line).toString())
      if (record === undefined) {
        if (missed === true)
          await stderr.line(stderr.style.yellow('Events were removed by retention before they could be shown.'))
      } else if (options.ndjson) await stdout.write(Buffer.concat([record, Buffer.from('\n')]))
      else await stdout.line((options.long ? longEventText : eventText)(head, record, stdout))
      if (stdout.isClosed) break
    }
    return exitCodes.done
  },
})
