import type { CallProtocol } from '@cairn/aws-kit/naming'
import type { JsonObject, RecordResource } from '@cairn/core/record'

/** What cannot be read from the request itself. */
export interface CallPlace {
  readonly account: string
  readonly region: string
  /** `aws` */
  readonly partition: string
}

/** A call as its record and its authorisation see it. */
export interface NamedCall {
  /** Name of the API: `dynamodb`, `cloudwatch`. Where nothing tells, what the signature or the host says. */
  readonly service: string
  /** As the API spells it: `ListObjectsV2`. Absent when no operation fits. */
  readonly operation?: string
  /** `<service>.amazonaws.com` */
  readonly eventSource: string
  /** As records spell it: `ListObjects`, `CreateFunction20150331`. Never empty. */
  readonly eventName: string
  readonly apiVersion?: string
  readonly readOnly: boolean
  readonly category: 'Management' | 'Data'
  /** IAM actions that the call needs, the operation's own first. Empty when the operation is not known. */
  readonly actions: readonly string[]
  /**
   * ARNs of what the actions are done on, with `*` where the request does not name what an action needs. None: the
   * action knows no resources, which is to be asked as `*`.
   */
  readonly resourceArns: readonly string[]
  /** ARNs of roles that it hands to the service; see `passedRoles`. */
  readonly passedRoles?: readonly string[]
  /** What the record lists, which for most calls is nothing. */
  readonly resources: readonly RecordResource[]
  readonly requestParameters: JsonObject | null
  readonly additionalEventData?: JsonObject
  readonly protocol: CallProtocol
  /** `guessed`: more than one operation fits, or the signature says nothing of the service. */
  readonly certainty: 'known' | 'guessed' | 'unknown'
}

/** An upstream's answer as it came over the wire, its body as far as it was kept. */
export interface ObservedAnswer {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly bodyHead: Uint8Array
  readonly bodyIsWhole: boolean
}

/** What the record says of an answer. */
export interface ReadAnswer {
  /** `code` as records spell it. */
  readonly error?: { readonly code: string; readonly message: string }
  readonly responseElements: JsonObject | null
  /** Takes the place of the call's own, which could not tell: the key that an alias or a ciphertext meant. */
  readonly resources?: readonly RecordResource[]
  readonly requestId?: string
  readonly additionalEventData?: JsonObject
}
