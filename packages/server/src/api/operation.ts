import type { OperationModel, ServiceModel } from '@cairn/aws-kit/model'
import type { WrittenOutput } from '@cairn/aws-kit/protocol'
import type { Principal } from '../identity/index.ts'
import type { Cause } from '../ports/catalog.ts'
import type { Capabilities } from './capabilities.ts'

/** Input, output and declared error codes of each operation of a service; generated from models/. */
export type ServiceOperations = Record<string, { input: object; output: object; error: string }>

/** What an operation may know about the call it answers. */
export interface Call {
  readonly requestId: string
  /** Account the call acts in: the caller's, or the owner's of the addressed resource where the service says so. */
  readonly account: string
  readonly region: string
  readonly partition: string
  readonly principal: Principal
  readonly sourceIp: string
  readonly userAgent: string
  /** Arrival, epoch milliseconds. */
  readonly receivedAtMs: number
  /** Whether the call came over TLS. */
  readonly isSecure?: boolean
  /** Aborted when the caller goes away: stop waiting. */
  readonly signal?: AbortSignal
  /** Hand this to `catalog.change` and `objects.put`: it ties the change to this call's intent. */
  readonly cause: Cause
  /** Facts for the record of this call that only the operation knows. */
  readonly notes: RecordNotes
  /** What the policies refused, by `AccessRequest.part`; absent where no question was of a part. */
  refusals?: ReadonlyMap<object, string>
  /** Header of the request, lower-case name. */
  header(name: string): string | undefined
}

/** How the call's members are called on the wire. */
export interface WireOperation {
  readonly model: ServiceModel
  readonly operation: OperationModel
}

/** Each is optional; set by the operation while it runs, also when it then fails. */
export interface RecordNotes {
  resources?: readonly RecordResource[]
  additionalEventData?: Readonly<Record<string, unknown>>
  /** Replaces the members shown in the record, e.g. S3's own spelling. */
  requestParameters?: Readonly<Record<string, unknown>> | null
  responseElements?: Readonly<Record<string, unknown>> | null
}

export interface RecordResource {
  readonly accountId?: string
  readonly type?: string
  readonly ARN?: string
  readonly ARNPrefix?: string
}

/** One question to the policy evaluator. A call is allowed when every question is answered yes. */
export interface AccessRequest {
  /** `service:Action`. */
  readonly action: string
  /** ARN, or `*` for actions without resource. */
  readonly resource: string
  /** Account that owns the resource; the call's account when absent. */
  readonly resourceAccount?: string
  /** Policy attached to the resource, as JSON text. */
  readonly resourcePolicy?: string
  /**
   * `trust`: the policy says who may assume a role; `key`: who may use a key. Both must allow even within one account.
   * Default `resource`.
   */
  readonly resourcePolicyKind?: 'resource' | 'trust' | 'key'
  /** Error of the model that callers of other accounts are refused with, where it is not a plain denial. */
  readonly foreignDenial?: string
  /** Error of the model that a refusal is answered with, where it is not a plain denial. */
  readonly denial?: { readonly code: string; readonly message: string }
  /** Condition keys beyond the global ones. */
  readonly context?: Readonly<Record<string, string | readonly string[]>>
  /**
   * What of the call it is about, where each thing is allowed or refused on its own: a refusal does not end the call, and
   * `Call.refusals` has it.
   */
  readonly part?: object
}

/** Ends the call with an error of the model. Only codes the operation declares compile. */
export type Fail<Code extends string> = (code: Code, message: string) => never

export type Name<Operations> = keyof Operations & string

export interface OperationSpec<
  Operations extends ServiceOperations,
  N extends Name<Operations>,
  Uses extends keyof Capabilities,
> {
  readonly name: N
  /** IAM action, `service:Action`. */
  readonly action: string
  /** What the run needs; it gets exactly this. */
  readonly uses: readonly Uses[]
  /**
   * Whether the call changes nothing, as CloudTrail's `readOnly` says. A call that is not read-only is announced by a
   * durable intent before `run`.
   */
  readonly readOnly: boolean
  /** `Data` for work inside a resource. Default `Management`. */
  readonly category?: 'Management' | 'Data'
  /** The name in records where it differs from the operation's, e.g. S3's `PutBucketNotification`. */
  readonly eventName?: string
  /** Unsigned calls are let through to `run` (STS web identity). */
  readonly anonymous?: boolean
  /** Errors of its own for members that break a constraint of the model; for the others it is a validation error. */
  readonly invalid?: { readonly [Member in keyof Operations[N]['input']]?: Operations[N]['error'] }
  /**
   * What the record shows of the request beyond or instead of the model's members; runs right after parsing, so that
   * a refused call is described too. Default: the service's `record`, else the input in lower camel case.
   */
  record?(input: Operations[N]['input'], call: Call, wire: WireOperation): RecordNotes
  /** Default: one request for `action` on `*`. Runs before `run`; may fail like it. */
  access?(
    input: Operations[N]['input'],
    capabilities: Pick<Capabilities, Uses>,
    call: Call,
    fail: Fail<Operations[N]['error']>,
  ): readonly AccessRequest[] | Promise<readonly AccessRequest[]>
  run(
    input: Operations[N]['input'],
    capabilities: Pick<Capabilities, Uses>,
    call: Call,
    fail: Fail<Operations[N]['error']>,
  ): Promise<Operations[N]['output'] | WrittenOutput> | Operations[N]['output']
}

/** An operation with its types erased, as the dispatcher holds it. */
export interface Operation {
  readonly service: string
  readonly name: string
  readonly action: string
  readonly uses: readonly (keyof Capabilities)[]
  readonly readOnly: boolean
  readonly category: 'Management' | 'Data'
  readonly eventName: string
  readonly anonymous: boolean
  readonly invalid: Readonly<Record<string, string | undefined>>
  record(input: object, call: Call, wire: WireOperation): RecordNotes
  access(
    input: object,
    capabilities: Capabilities,
    call: Call,
    fail: Fail<string>,
  ): readonly AccessRequest[] | Promise<readonly AccessRequest[]>
  run(input: object, capabilities: Capabilities, call: Call, fail: Fail<string>): Promise<object> | object
}

/**
 * The `defineOperation` of one service. Each `api/<service>/service.ts` makes its own:
 * `export const defineOperation = operationsOf<CloudTrailOperations>('cloudtrail')`.
 */
export function operationsOf<Operations extends ServiceOperations>(
  service: string,
  defaults: { readonly record?: (input: object, call: Call, wire: WireOperation) => RecordNotes } = {},
) {
  return <N extends Name<Operations>, Uses extends keyof Capabilities>(
    spec: OperationSpec<Operations, N, Uses>,
  ): Operation => ({
    service,
    name: spec.name,
    action: spec.action,
    uses: spec.uses,
    readOnly: spec.readOnly,
    category: spec.category ?? 'Management',
    eventName: spec.eventName ?? spec.name,
    anonymous: spec.anonymous ?? false,
    invalid: spec.invalid ?? {},
    record: (input, call, wire) =>
      spec.record?.(input as Operations[N]['input'], call, wire) ?? defaults.record?.(input, call, wire) ?? {},
    access: (input, capabilities, call, fail) =>
      spec.access?.(input as Operations[N]['input'], capabilities, call, fail as Fail<Operations[N]['error']>) ?? [
        { action: spec.action, resource: '*' },
      ],
    run: (input, capabilities, call, fail) =>
      spec.run(input as Operations[N]['input'], capabilities, call, fail as Fail<Operations[N]['error']>),
  })
}
