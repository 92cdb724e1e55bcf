import { Fault } from '../../fault.ts'
import { asDamage } from './schema.ts'
import type { FaultNote } from './worker-messages.ts'

/** Describes an error for the other thread. Errors do not keep their class on the way. */
export function noteOf(error: unknown): FaultNote {
  const seen = asDamage(error)
  if (seen instanceof Fault) return { code: seen.code, message: seen.message, fields: seen.fields }
  const reason = seen instanceof Error ? seen.message : String(seen)
  return { code: 'history.failed', message: 'the index failed', fields: { reason } }
}

export function faultOf({ code, message, fields }: FaultNote): Fault {
  return new Fault(code, message, fields)
}
