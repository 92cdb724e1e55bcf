import type { OperationModel, ServiceModel } from '@cairn/aws-kit/model'
import type { CallProtocol } from '@cairn/aws-kit/naming'
import type { CallContext } from '@cairn/core/record'
import type { Operation, RecordNotes } from '../api/operation.ts'
import type { HttpRequest } from '../http-message.ts'
import type { Principal } from '../identity/index.ts'

/** What the stages of the pipeline have found out about one request so far; its record is built from this. */
export interface Exchange {
  /** As it came; headers that a presigned address has in its query are among the headers once that is known. */
  request: HttpRequest
  /** A UUID; S3's are 16 hex digits. */
  requestId: string
  readonly receivedAtMs: number
  /** Region of the signature's scope; the installation's when it names none. */
  region: string
  principal: Principal
  /** Account the call acts in; the installation's own until the caller is proven. */
  account: string
  isProven: boolean
  /** Service and operation as far as the request names them, known here or not. */
  attemptedService: string
  attemptedName: string
  model?: ServiceModel
  /** In which protocol the client of a service without a model here reads errors. */
  spoken?: CallProtocol
  route?: CallRoute
  input?: object
  /** Facts for the record that only the operation knows. */
  readonly notes: RecordNotes
  /** What policies were told, where an event data store wants to know. */
  context?: CallContext
  /** Accounts, other than the caller's, whose resources the call was allowed to use. */
  readonly owners: Set<string>
}

export interface CallRoute {
  readonly model: ServiceModel
  readonly operationName: string
  readonly operationModel: OperationModel
  /** Absent when the model knows the operation and Cairn has not built it. */
  readonly operation?: Operation
}
