import type { HttpRequest } from '../../http-message.ts'
import { type Passage, Refusal } from '../exchange/index.ts'
import { addressedBucket } from './address.ts'

/** Whether a request copies between a bucket of ours and one of the upstream: neither side has both objects. */
export function copiesAcross(request: HttpRequest, isOwnBucket: (name: string) => boolean): boolean {
  const source = request.headers['x-amz-copy-source']
  if (source === undefined) return false
  const target = addressedBucket(request)
  const from = bucketOf(source)
  return target !== undefined && from !== undefined && isOwnBucket(target) !== isOwnBucket(from)
}

/** Said as what it is: either side alone would answer that there is no such bucket. */
export function refusingCopies(passage: Passage, admit: (request: HttpRequest) => void): Passage {
  return {
    ...passage,
    async open(request) {
      admit(request)
      const message =
        "One of the buckets is Cairn's own and the other the upstream's, and neither can copy from the other. Read the object and write it."
      throw new Refusal('NotImplemented', message, 501)
    },
  }
}

/** `/bucket/key` or `bucket/key`, percent-encoded; an access point's ARN has no bucket. */
function bucketOf(source: string): string | undefined {
  const [, encoded] = /^\/?([^/?:]+)(?:\/|%2F)/i.exec(source) ?? []
  return encoded?.replace(/%2F.*$/i, '')
}
