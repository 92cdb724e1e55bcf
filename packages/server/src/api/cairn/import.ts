import { isAccount, readFileStream } from '../../capture/imports/index.ts'
import { defineEndpoint } from '../endpoint.ts'
import { importLines, refused } from './import-lines.ts'

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
    if (account !== undefined && !isAccount(account)) return refused('InvalidAccount', 'account must be 12 digits')
    const events = imports.run({
      files: readFileStream(body),
      isPlan: query.get('plan') === 'true',
      signal,
      ...(account !== undefined && { account }),
    })
    return { status: 200, contentType: 'application/x-ndjson', body: importLines(events) }
  },
})
