import type { OperationModel, ServiceModel } from '@cairn/aws-kit/model'
import type { Operation, RecordNotes } from '../api/operation.ts'
import type { Principal } from '../identity/index.ts'
import type { HttpRequest } from './message.ts'

/** What the stages of the pipeline have found out about one request so far; the record is built from this. */
export interface Exchange {
  readonly request: HttpRequest
  readonly requestId: string
  readonly receivedAtMs: number
  region: string
  principal: Principal
  /** Account the call acts in; the installation's own until the caller is proven. */
  account: string
  route?: Route
  input?: object
  /** Facts for the record that only the operation knows. */
  readonly notes: RecordNotes
  /** Accounts, other than the caller's, whose resources the call was allowed to use. */
  readonly owners: Set<string>
}

/** The operation a request asks for; `operation` is absent when it is not built, or unknown to the model. */
export interface Route {
  readonly model: ServiceModel
  readonly operationName: string
  readonly operationModel?: OperationModel
  readonly operation?: Operation
}
