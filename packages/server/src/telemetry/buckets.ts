import { Counter, type Registry } from 'prom-client'
import { describeError, type Logger } from './logger.ts'

/** What buckets do by themselves. */
export function bucketFacts(logger: Logger, registry: Registry) {
  const registers = [registry]
  const expired = new Counter({
    name: 'cairn_expired_objects_total',
    help: 'Versions of objects that lifecycle rules deleted or hid.',
    registers,
  })
  const notTold = new Counter({
    name: 'cairn_bucket_notifications_lost_total',
    help: 'Notifications of buckets that a queue did not get: it is gone, full, or refuses.',
    registers,
  })
  return {
    expired(facts: { readonly bucket: string; readonly objects: number; readonly locked: number }) {
      expired.inc(facts.objects)
      logger.info(facts, 'objects expired')
    },
    expirationFailed: (facts: { readonly bucket: string; readonly error: unknown }) =>
      logger.error({ bucket: facts.bucket, ...describeError(facts.error) }, 'objects not expired'),
    queueNotTold(facts: { readonly bucket: string; readonly queue: string; readonly error: unknown }) {
      notTold.inc()
      const { error, ...names } = facts
      logger.error({ ...names, ...describeError(error) }, 'notification not sent')
    },
  }
}
