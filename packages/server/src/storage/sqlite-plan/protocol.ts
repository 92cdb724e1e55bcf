import type { PlanDatabase } from './plan-database.ts'

/** Methods of the database that another thread may call, by name. */
export type PlanMethod =
  | 'contents'
  | 'route'
  | 'claim'
  | 'openClaims'
  | 'redirect'
  | 'settle'
  | 'forget'
  | 'files'
  | 'forgetFiles'
  | 'snapshot'
  | 'check'
  | 'close'

/** Runs one method of the plan's database. */
export type PlanEngine = <Method extends PlanMethod>(
  method: Method,
  ...parameters: Parameters<PlanDatabase[Method]>
) => Promise<ReturnType<PlanDatabase[Method]>>

export interface PlanRequest {
  readonly id: number
  readonly method: PlanMethod
  readonly parameters: readonly unknown[]
}

export interface PlanReply {
  readonly id: number
  readonly result?: unknown
  readonly failure?: {
    /** Of a Fault; absent for anything else. */
    readonly code: string | undefined
    readonly message: string
    readonly fields: Readonly<Record<string, string | number | boolean>>
  }
}
