import type { JsonObject, RecordResource } from '@cairn/core/record'

/** A call of the session, as far as reports, expectations and contracts look at it. */
export interface SeenCall {
  /** `s3` */
  readonly service: string
  /** As the API spells it, `ListObjectsV2`; as the record does where no operation fits. */
  readonly operation: string
  readonly readOnly: boolean
  readonly region: string
  /** IAM actions that the call needs. */
  readonly actions: readonly string[]
  readonly resources: readonly RecordResource[]
  readonly parameters: JsonObject | null
  /** As records spell it. */
  readonly error?: string
  /** ARN of the caller, or what else is known of it. */
  readonly identity: string
  /** Which test made it. */
  readonly mark?: string
  /** Epoch milliseconds. */
  readonly startedAtMs: number
  /** Until the answer's head was there, or its whole body where it was short. */
  readonly elapsedMs: number
}

/** `s3:PutObject` */
export function nameOf({ service, operation }: Pick<SeenCall, 'service' | 'operation'>): string {
  return `${service}:${operation}`
}
