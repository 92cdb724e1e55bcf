import type { JsonObject } from '@cairn/core/record'
import type { NamedCall, ObservedAnswer } from './named-call.ts'

/** Headers of an answer that records show of calls that write. @source S3 User Guide, example entries of PutObject */
const shown = [
  'x-amz-server-side-encryption',
  'x-amz-server-side-encryption-aws-kms-key-id',
  'x-amz-version-id',
  'x-amz-expiration',
  'x-amz-delete-marker',
]

const encryptions: Readonly<Record<string, string>> = {
  AES256: 'SSE_S3',
  'aws:kms': 'SSE_KMS',
  'aws:kms:dsse': 'DSSE_KMS',
}

/** What records of S3 show of an answer: headers, and how the object is encrypted. */
export function s3Answer(
  call: NamedCall,
  { headers }: ObservedAnswer,
): { readonly responseElements: JsonObject | null; readonly additionalEventData: JsonObject } {
  const elements = Object.fromEntries(
    shown.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]])),
  )
  const encryption = encryptions[headers['x-amz-server-side-encryption'] ?? '']
  const isAsked = call.requestParameters?.['x-amz-server-side-encryption'] !== undefined
  const id = headers['x-amz-id-2']
  return {
    responseElements: Object.keys(elements).length === 0 ? null : elements,
    additionalEventData: {
      ...(id !== undefined && { 'x-amz-id-2': id }),
      ...(encryption !== undefined && !call.readOnly && { SSEApplied: `${isAsked ? '' : 'Default_'}${encryption}` }),
    },
  }
}
