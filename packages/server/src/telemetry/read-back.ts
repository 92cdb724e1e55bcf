import { Counter, Gauge, type Registry } from 'prom-client'
import { describeError, type Logger } from './logger.ts'

/** What reading back what was delivered says. */
export function readBackFacts(logger: Logger, registry: Registry) {
  const registers = [registry]
  const objects = new Counter({
    name: 'cairn_read_back_objects_total',
    help: 'Delivered digests and log files that were looked at again.',
    registers,
  })
  const failures = new Counter({
    name: 'cairn_read_back_failures_total',
    help: 'Trails whose deliveries could not be read back; tried again within a minute.',
    registers,
  })
  return {
    readBack(facts: { readonly trail: string; readonly objects: number; readonly findings: number }) {
      objects.inc(facts.objects)
      logger.debug(facts, 'deliveries read back')
    },
    found: (facts: {
      readonly trail: string
      readonly kind: string
      readonly place: string
      readonly sentence: string
    }) => logger.error(facts, 'delivered files are not as they were delivered'),
    readBackFailed(facts: { readonly trail: string; readonly error: unknown }) {
      failures.inc()
      logger.error({ trail: facts.trail, ...describeError(facts.error) }, 'deliveries not read back')
    },
    /** From now on the metrics show what was found. */
    watch(reports: () => readonly { readonly findings: readonly { readonly kind: string }[] }[]) {
      new Gauge({
        name: 'cairn_read_back_findings',
        help: 'What the last read-backs found: missing, changed, unreadable, setting-changed, opened, expires.',
        labelNames: ['kind'],
        registers,
        collect() {
          this.reset()
          for (const { kind } of reports().flatMap(({ findings }) => findings)) this.inc({ kind })
        },
      })
    },
  }
}
