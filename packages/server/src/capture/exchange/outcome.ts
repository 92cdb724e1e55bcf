import { type JsonObject, recordErrorCode } from '@cairn/core/record'
import type { CallOutcome } from '../../pipeline/index.ts'
import type { ReadAnswer } from '../naming/index.ts'
import type { CarriedCall } from './call-facts.ts'
import type { DescribedError } from './refusal.ts'
import type { UpstreamFailure } from './upstream-failure.ts'

/** What went back to the client. */
export interface Sent {
  readonly bytesOut: number
  /** Who ended it before its time. */
  readonly interruptedBy?: 'client' | 'upstream'
}

/** An upstream answered, if not always to the end. */
export function answeredOutcome(
  carried: CarriedCall,
  read: ReadAnswer,
  sent: Sent,
  completedAtMs: number,
): CallOutcome {
  const { level } = carried
  return {
    completedAtMs,
    ...(read.error && { error: read.error }),
    responseElements: level === 'full' ? read.responseElements : null,
    ...(read.resources && { resources: read.resources }),
    additionalEventData: {
      ...(level === 'full' && read.additionalEventData),
      ...transferred(carried, sent.bytesOut),
      ...(sent.interruptedBy && { interruptedBy: sent.interruptedBy }),
      ...identityNote(carried),
    },
  }
}

/** Nothing was sent upstream: refused here. */
export function refusedOutcome(carried: CarriedCall, error: DescribedError, completedAtMs: number): CallOutcome {
  return {
    completedAtMs,
    error: recordedError(carried, error),
    responseElements: null,
    additionalEventData: { refusedBy: 'cairn', ...identityNote(carried) },
  }
}

/** Something was sent upstream, or might have been, and no answer came. */
export function failedOutcome(
  carried: CarriedCall,
  error: DescribedError,
  { kind }: UpstreamFailure,
  completedAtMs: number,
): CallOutcome {
  const isUnsent = kind === 'unreachable' || kind === 'unsendable'
  const interruptedBy = kind === 'abandoned' ? 'client' : kind === 'reset' ? 'upstream' : undefined
  return {
    completedAtMs,
    error: recordedError(carried, error),
    responseElements: null,
    additionalEventData: {
      ...(!carried.call.readOnly && { outcome: isUnsent ? 'notApplied' : 'unknown' }),
      ...transferred(carried, 0),
      ...(interruptedBy && { interruptedBy }),
      ...identityNote(carried),
    },
  }
}

/** Codes of ours, and those of limits and permissions, in the spelling of the service's records. */
function recordedError({ call }: CarriedCall, { code, message, status }: DescribedError) {
  return { code: recordErrorCode(call.eventSource.replace(/\..*$/, ''), code, status >= 500), message }
}

/** S3's records tell how much went over the wire. */
function transferred({ call, request }: CarriedCall, bytesOut: number): JsonObject {
  if (call.eventSource !== 's3.amazonaws.com') return {}
  const bytesIn = request.body.bytesRead
  const announced = Number(request.headers['x-amz-decoded-content-length'])
  return {
    // What frames the chunks of an upload is no part of it.
    bytesTransferredIn: announced >= 0 ? Math.min(bytesIn, announced) : bytesIn,
    bytesTransferredOut: bytesOut,
  }
}

/** How sure the identity is; nothing where Cairn knows the caller and checked the signature, as on AWS. */
function identityNote({ caller }: CarriedCall): JsonObject {
  if (caller.toldBy === 'iam' && caller.isProven) return {}
  return { identity: { toldBy: caller.toldBy, checkedBy: caller.isProven ? 'cairn' : 'upstream' } }
}
