/**
 * The part of an AWS service's API model that a server needs: shapes, constraints, HTTP bindings, errors.
 * Written by scripts/codegen.ts into models/<service>.json; no documentation texts.
 */
export interface ServiceModel {
  /** Our name of the service: `cloudtrail`, `cloudtrail-data`, `s3`, `sts`, `iam`. */
  readonly service: string
  readonly apiVersion: string
  readonly protocol: 'awsJson1_0' | 'awsJson1_1' | 'restJson1' | 'restXml' | 'query'
  readonly signingName: string
  readonly endpointPrefix: string
  /** Prefix of `X-Amz-Target`, e.g. `CloudTrail_20131101`. */
  readonly targetPrefix?: string
  readonly xmlNamespace?: string
  readonly operations: Readonly<Record<string, OperationModel>>
  readonly shapes: Readonly<Record<string, Shape>>
}

export interface OperationModel {
  readonly http?: { readonly method: string; readonly uri: string; readonly code?: number }
  readonly input?: string
  readonly output?: string
  /** Query and restXml: name of the element the result is wrapped in. */
  readonly resultWrapper?: string
  /** Names of error shapes. */
  readonly errors: readonly string[]
  readonly idempotent?: boolean
  /** Member of the input that is the raw HTTP body, streamed. */
  readonly streamingInput?: string
  readonly streamingOutput?: string
}

interface Constraints {
  readonly min?: number
  readonly max?: number
  readonly pattern?: string
  readonly sensitive?: boolean
}

export type Shape =
  | StructureShape
  | (Constraints & { readonly type: 'list'; readonly member: Member; readonly flattened?: boolean })
  | (Constraints & { readonly type: 'map'; readonly key: Member; readonly value: Member; readonly flattened?: boolean })
  | (Constraints & { readonly type: 'string'; readonly enum?: readonly string[] })
  | (Constraints & { readonly type: 'integer' | 'long' | 'float' | 'double' | 'boolean' | 'blob' })
  | (Constraints & { readonly type: 'timestamp'; readonly timestampFormat?: TimestampFormat })

export type TimestampFormat = 'iso8601' | 'rfc822' | 'unixTimestamp'

export interface StructureShape {
  readonly type: 'structure'
  readonly required: readonly string[]
  readonly members: Readonly<Record<string, Member>>
  /** Name of the member that is the HTTP payload (rest protocols). */
  readonly payload?: string
  readonly sensitive?: boolean
  /** Error shapes: the code on the wire when it differs from the shape's name, and the modelled status. */
  readonly error?: { readonly code?: string; readonly status?: number; readonly senderFault?: boolean }
}

/** A use of a shape, with the bindings that belong to the use. */
export interface Member {
  readonly shape: string
  readonly location?: 'header' | 'headers' | 'querystring' | 'uri' | 'statusCode'
  /** Name on the wire when it differs from the member's. */
  readonly locationName?: string
  readonly flattened?: boolean
  readonly xmlAttribute?: boolean
  readonly xmlNamespace?: { readonly prefix?: string; readonly uri: string }
  readonly streaming?: boolean
  readonly timestampFormat?: TimestampFormat
  readonly sensitive?: boolean
}
