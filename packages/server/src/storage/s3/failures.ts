import { Fault } from '../../fault.ts'

interface SdkFailure {
  readonly name?: unknown
  readonly code?: unknown
  readonly $metadata?: { readonly httpStatusCode?: number }
}

/** Runs one request; what the server or the network says becomes a Fault of the port. */
export async function inOurWords<Result>(place: Place, request: () => Promise<Result>): Promise<Result> {
  try {
    return await request()
  } catch (error) {
    throw toFault(error, place)
  }
}

export interface Place {
  readonly bucket: string
  readonly key?: string
}

export function statusOf(error: unknown): number | undefined {
  return (error as SdkFailure).$metadata?.httpStatusCode
}

export function nameOf(error: unknown): string {
  const { name, code } = error as SdkFailure
  return String(typeof code === 'string' ? code : name)
}

/** What the client raised, as a Fault; a Fault stays what it is. */
export function toFault(cause: unknown, place: Place): Fault {
  if (cause instanceof Fault) return cause
  const status = statusOf(cause)
  const code = nameOf(cause)
  const fields = { ...place, code, ...(status !== undefined && { status }) }
  const fault = (name: string, message: string) => new Fault(name, message, fields, { cause })
  if (code === 'NoSuchBucket') return fault('object.no-such-bucket', 'there is no such bucket')
  if (code === 'BucketNotEmpty') return fault('object.bucket-not-empty', 'the bucket is not empty')
  if (status !== undefined && status >= 300 && status < 400) {
    return fault('object.store-redirects', 'the store answers with a redirect')
  }
  const isOurs = status !== undefined && status >= 400 && status < 500 && status !== 408 && status !== 429
  if (isOurs) return fault('object.store-refused', 'the store refused')
  return fault('object.store-unreachable', 'the store does not answer as it should')
}
