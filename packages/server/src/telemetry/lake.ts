import { Counter, type Registry } from 'prom-client'
import { describeError, type Logger } from './logger.ts'

/** What the tables of event data stores say. */
export function lakeFacts(logger: Logger, registry: Registry) {
  const registers = [registry]
  const rows = new Counter({ name: 'cairn_lake_rows_total', help: 'Rows added to event data stores.', registers })
  const bytes = new Counter({
    name: 'cairn_lake_bytes_total',
    help: 'Bytes of new rows of event data stores, before they are in typed files.',
    registers,
  })
  const packedRows = new Counter({
    name: 'cairn_lake_packed_rows_total',
    help: 'Rows written to typed files; a row is written again when files are merged.',
    registers,
  })
  const expired = new Counter({
    name: 'cairn_lake_expired_rows_total',
    help: 'Rows removed because the retention of their store is over.',
    registers,
  })
  const failures = new Counter({
    name: 'cairn_lake_pack_failures_total',
    help: 'Attempts to write typed files that failed; each is made again.',
    registers,
  })
  return {
    ingested(facts: {
      readonly events: number
      readonly rows: number
      readonly bytes: number
      readonly tookMs: number
    }) {
      rows.inc(facts.rows)
      bytes.inc(facts.bytes)
      logger.debug(facts, 'events ingested')
    },
    notIngestible: (facts: { readonly position: number }) =>
      logger.warn(facts, 'event is no JSON object: in no event data store'),
    packed(facts: {
      readonly store: string
      readonly rows: number
      readonly files: number
      readonly bytes: number
      readonly tookMs: number
    }) {
      packedRows.inc(facts.rows)
      logger.debug(facts, 'rows packed')
    },
    packFailed({ store, error }: { readonly store: string; readonly error: unknown }) {
      failures.inc()
      logger.error({ store, ...describeError(error) }, 'rows not packed')
    },
    expired(facts: { readonly store: string; readonly rows: number; readonly files: number }) {
      expired.inc(facts.rows)
      logger.info(facts, 'rows expired')
    },
    dropped: (facts: { readonly store: string }) => logger.info(facts, 'table of a deleted store removed'),
    tendFailed: (error: unknown) => logger.error(describeError(error), 'lake not tended'),
  }
}
