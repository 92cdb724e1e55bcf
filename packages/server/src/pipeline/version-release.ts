import type { Catalog } from '../ports/catalog.ts'
import type { EventLog } from '../ports/event-log.ts'
import type { Consumer } from './runner.ts'

/**
 * Versions kept beyond what the oldest unread frame names. A call carries the version it began under, so a frame may
 * name an older one than the frames before it: as many as were made while the longest call, an upload of hours, ran.
 */
const marginVersions = 10_000

/** Lets the catalogue forget versions that no frame still to be read can name. */
export async function releaseVersions(options: {
  readonly log: EventLog
  readonly catalog: Catalog
  readonly consumers: readonly Pick<Consumer, 'start'>[]
}): Promise<void> {
  const { log, catalog, consumers } = options
  const starts = consumers.map((consumer) => consumer.start())
  const from = starts.reduce((a, b) => (b < a ? b : a), log.bounds().end)
  const [oldest] = await log.read(from, 1)
  const needed = (oldest?.catalogVersion ?? catalog.version) - marginVersions
  if (needed > 0) await catalog.release(needed)
}
