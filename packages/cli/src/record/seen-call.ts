import type { JsonObject } from '@cairn/core/record'

/** One thing that a call has to be allowed. */
export interface Need {
  /** `s3:PutObject` */
  readonly action: string
  /** ARN, or `*` where the action has no resource or none is known. */
  readonly resource: string
}

/** A call of the session, as far as reports, expectations and contracts look at it. */
export interface SeenCall {
  /** `s3` */
  readonly service: string
  /** As the API spells it, `ListObjectsV2`; as the record does where no operation fits. */
  readonly operation: string
  readonly readOnly: boolean
  readonly region: string
  /** What IAM has to allow for it; absent where nobody can say which call it is. */
  readonly needs?: readonly Need[]
  /** ARN of what it is about, the nearest where there are several. */
  readonly resource?: string
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
