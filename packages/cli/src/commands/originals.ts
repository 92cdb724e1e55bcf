import { defineCommand } from '../command.ts'
import { exitCodes } from '../exit-code.ts'
import { readLines } from '../installation/index.ts'

export const originalsCommand = defineCommand({
  name: 'originals',
  summary: 'Print what the record of an event had to leave out because of its size',
  description:
    'A member of a record above its limit reads {"omitted": true, …}, as on AWS; Cairn keeps the original beside it. Prints a JSON object a line: the field, the SHA-256 of its content as it stands there, and the content. Exits with 3 when the record is whole.',
  arguments: { event: { description: 'id of the event, as `cairn lookup --long` shows it' } },
  examples: [
    { run: 'originals 7a4c1f7e-6f0d-4c3e-9a51-0f1f6a5c2b11', means: 'all that was left out of this record' },
    {
      run: 'originals 7a4c1f7e-6f0d-4c3e-9a51-0f1f6a5c2b11 | jq .content',
      means: 'the request parameters as they were sent',
    },
  ],
  async run(context, { event }) {
    await using installation = await context.installation()
    const call = { method: 'GET', path: '/_cairn/v1/originals', query: { event }, signal: context.signal } as const
    let found = 0
    for await (const line of readLines(await installation.call(call))) {
      found += 1
      await context.stdout.write(Buffer.concat([line, Buffer.from('\n')]))
      if (context.stdout.isClosed) break
    }
    if (found > 0) return exitCodes.done
    await context.stderr.line('Nothing was left out: the record of this event is whole.')
    return exitCodes.nothingFound
  },
})
