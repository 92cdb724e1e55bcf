import type { ImportEvent } from '../../capture/imports/index.ts'
import { Fault } from '../../fault.ts'

/** What happens in an import as NDJSON, ending with the summary or with the error that ended it. */
export async function* importLines(events: AsyncIterable<ImportEvent>): AsyncGenerator<string> {
  try {
    for await (const event of events) yield `${JSON.stringify(event)}\n`
  } catch (error) {
    // The status is sent already: what went wrong is the last line.
    if (!(error instanceof Fault)) throw error
    yield `${JSON.stringify({ error: wordsOf(error) })}\n`
  }
}

/** A store's own word for what it refuses says more than ours. */
function wordsOf({ code, message, fields }: Fault) {
  return { code, message: typeof fields.code === 'string' ? `${message}: ${fields.code}` : message }
}
