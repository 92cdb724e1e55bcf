import type { QueryEvent } from '@cairn/server/queries'
import type { Context } from '../context.ts'
import { CommandFailure } from '../failure.ts'
import { type Installation, readLines } from '../installation/index.ts'

/** What is asked of whom. */
export interface AskedQuery {
  readonly statement: string
  readonly parameters: readonly string[]
  /** Name or id. */
  readonly store?: string
}

/** Runs a query in the installation. @throws CommandFailure when it is refused or breaks off */
export async function* installationEvents(
  { statement, parameters, store }: AskedQuery,
  installation: Installation,
  { signal }: Context,
): AsyncGenerator<QueryEvent> {
  const asked = JSON.stringify({ statement, ...(parameters.length > 0 && { parameters }), ...(store && { store }) })
  const answer = await installation.call({
    method: 'POST',
    path: '/_cairn/v1/query',
    headers: { 'content-type': 'application/json' },
    body: (async function* () {
      yield Buffer.from(asked)
    })(),
    signal,
  })
  for await (const line of readLines(answer)) {
    const event = JSON.parse(Buffer.from(line).toString()) as QueryEvent | { error: { code: string; message: string } }
    if (!('kind' in event)) throw new CommandFailure(`The query failed: ${event.error.message} (${event.error.code})`)
    yield event
  }
}
