import { isAccount, readFileStream } from '../../capture/imports/index.ts'
import { defineEndpoint } from '../endpoint.ts'
import { allStores, findStore } from './find-store.ts'
import { importLines } from './import-lines.ts'
import { refused } from './refused.ts'

/**
 * Takes log files in. The body is a stream of files (grammar in capture/imports/file-stream.ts) and is read as fast as
 * its records become durable. The answer is NDJSON: a line for each file and, within large ones, of progress, then one
 * with the summary, or with the error that ended it.
 *
 * Parameters: `account` for records that name none; `plan=true` counts and writes nothing; `eventDataStore`, by name or
 * id: there they go instead of into the history.
 */
export const importFiles = defineEndpoint({
  method: 'POST',
  path: '/_cairn/v1/import',
  uses: ['imports', 'lakeImports', 'eventDataStores', 'identity'],
  access: 'operator',
  readOnly: false,
  run({ query, body, signal }, { imports, lakeImports, eventDataStores, identity }) {
    const account = query.get('account') ?? undefined
    if (account !== undefined && !isAccount(account)) return refused('InvalidAccount', 'account must be 12 digits')
    const wanted = query.get('eventDataStore') ?? undefined
    const found =
      wanted === undefined ? undefined : findStore(wanted, allStores(identity, eventDataStores), '--event-data-store')
    if (found !== undefined && 'problem' in found) return refused('InvalidEventDataStore', found.problem)
    if (found !== undefined && found.store.kind !== 'events') {
      return refused('InvalidEventDataStore', `${found.store.name} does not hold CloudTrail events`)
    }
    const events = imports.run({
      files: readFileStream(body),
      isPlan: query.get('plan') === 'true',
      signal,
      ...(account !== undefined && { account }),
      ...(found && { destination: lakeImports.destination(found.store) }),
    })
    return { status: 200, contentType: 'application/x-ndjson', body: importLines(events) }
  },
})
