import { defineEndpoint } from '../endpoint.ts'
import { importLines } from './import-lines.ts'
import { importPlace } from './import-place.ts'
import { refused } from './refused.ts'

/**
 * Takes log files in from a store of the configuration: those that were not taken in before. Answers as the import of
 * files does, which see. Parameters: those of a place (import-place.ts); `plan=true` counts and writes nothing.
 */
export const importStore = defineEndpoint({
  method: 'POST',
  path: '/_cairn/v1/import/store',
  uses: ['storeImports', 'clock'],
  access: 'operator',
  readOnly: false,
  run({ query, signal }, { storeImports, clock }) {
    if (query.has('queue')) return refused('InvalidQueue', 'a queue announces what is new: it goes with a follow')
    const asked = importPlace(query, clock.nowMs(), storeImports)
    if ('refusal' in asked) return asked.refusal
    const events = storeImports.run({ ...asked.place, isPlan: query.get('plan') === 'true', signal })
    return { status: 200, contentType: 'application/x-ndjson', body: importLines(events) }
  },
})
