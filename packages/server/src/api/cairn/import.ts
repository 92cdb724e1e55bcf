import { type ImportEvent, isAccount, readFileStream } from '../../capture/imports/index.ts'
import { Fault } from '../../fault.ts'
import { defineEndpoint } from '../endpoint.ts'

/**
 * Takes log files in. The body is a stream of files (grammar in capture/imports/file-stream.ts) and is read as fast as
 * its records become durable. The answer is NDJSON: a line for each file and, within large ones, of progress, then one
 * with the summary, or with the error that ended it.
 *
 * Parameters: `account` for records that name none; `plan=true` counts and writes nothing.
 */
export const importFiles = defineEndpoint({
  method: 'POST',
  path: '/_cairn/v1/import',
  uses: ['imports'],
  access: 'operator',
  readOnly: false,
  run({ query, body, signal }, { imports }) {
    const account = query.get('account') ?? undefined
    if (account !== undefined && !isAccount(account)) {
      const refusal = { code: 'InvalidAccount', message: 'account must be 12 digits' }
      return { status: 400, contentType: 'application/json', body: JSON.stringify(refusal) }
    }
    const events = imports.run({
      files: readFileStream(body),
      isPlan: query.get('plan') === 'true',
      signal,
      ...(account !== undefined && { account }),
    })
    return { status: 200, contentType: 'application/x-ndjson', body: lines(events) }
  },
})

async function* lines(events: AsyncIterable<ImportEvent>): AsyncGenerator<string> {
  try {
    for await (const event of events) yield `${JSON.stringify(event)}\n`
  } catch (error) {
    // The status is sent already: what went wrong is the last line.
    if (!(error instanceof Fault)) throw error
    yield `${JSON.stringify({ error: { code: error.code, message: error.message } })}\n`
  }
}
