/**
 * The part of an AWS service's API model that a server needs: shapes, constraints, HTTP bindings, errors.
 * Written by scripts/codegen.ts into models/<service>.json; no documentation texts.
 */
export interface ServiceModel {
  /** Our name of the service: `cloudtrail`, `cloudtrail-data`, `s3`, `sts`, `iam`, `kms`, `sqs`. */
  readonly service: string
  readonly apiVersion: string
  readonly protocol: Protocol
  readonly signingName: string
  readonly endpointPrefix: string
  /** Prefix of `X-Amz-Target`, e.g. `CloudTrail_20131101`; the longer spelling some clients send ends with it. */
  readonly targetPrefix?: string
  readonly xmlNamespace?: string
  /**
   * Errors any operation of the service may raise although its model does not list them, with their HTTP status:
   * the framework's own, and S3's, whose model declares almost none.
   */
  readonly commonErrors: Readonly<Record<string, number>>
  /**
   * Of a service that speaks JSON and the query protocol, in its models for either: what the errors are called in the
   * latter, where they differ. Clients of both go by it. Name in JSON → code.
   */
  readonly queryErrors?: Readonly<Record<string, string>>
  /** Query: member of inputs for which the URL's path stands where the parameters do not name it. */
  readonly pathMember?: string
  readonly operations: Readonly<Record<string, OperationModel>>
  readonly shapes: Readonly<Record<string, Shape>>
}

export type Protocol = 'awsJson1_0' | 'awsJson1_1' | 'restJson1' | 'restXml' | 'query'

export interface OperationModel {
  readonly name: string
  readonly http: { readonly method: string; readonly uri: string; readonly code: number }
  readonly input?: string
  readonly output?: string
  /** Query: name of the element the result is wrapped in. */
  readonly resultWrapper?: string
  /** Root element of a request body that has no payload member (restXml). */
  readonly inputElement?: string
  /** Root element of an answer that has no payload member (restXml). */
  readonly outputElement?: string
  /** The answer's root element holds the value of the only member itself (restXml). */
  readonly outputUnwrapped?: boolean
  /** Names of error shapes. */
  readonly errors: readonly string[]
  /** Answered without a signature (STS web identity). */
  readonly unsigned?: boolean
  /** Another operation has taken its route over. */
  readonly deprecated?: boolean
  /** Member of the input that is the raw HTTP body, streamed. */
  readonly streamingInput?: string
  readonly streamingOutput?: string
}

interface Constraints {
  /** Least and greatest length of strings (characters), blobs (bytes), lists and maps; least and greatest number. */
  readonly min?: number
  readonly max?: number
  /** Must match the whole value. */
  readonly pattern?: string
  readonly sensitive?: boolean
}

export interface ListShape extends Constraints {
  readonly type: 'list'
  readonly member: Member
  readonly flattened?: boolean
}

export interface MapShape extends Constraints {
  readonly type: 'map'
  readonly key: Member
  readonly value: Member
  readonly flattened?: boolean
}

export interface StringShape extends Constraints {
  readonly type: 'string'
  readonly enum?: readonly string[]
}

export interface ScalarShape extends Constraints {
  readonly type: 'integer' | 'long' | 'float' | 'double' | 'boolean' | 'blob'
}

export interface TimestampShape extends Constraints {
  readonly type: 'timestamp'
  readonly timestampFormat?: TimestampFormat
}

export type Shape = StructureShape | ListShape | MapShape | StringShape | ScalarShape | TimestampShape

export type TimestampFormat = 'iso8601' | 'rfc822' | 'unixTimestamp'

export interface StructureShape {
  readonly type: 'structure'
  readonly required: readonly string[]
  readonly members: Readonly<Record<string, Member>>
  /** Name of the member that is the HTTP payload (rest protocols). */
  readonly payload?: string
  readonly sensitive?: boolean
  /** Exactly one member is set. */
  readonly union?: boolean
  /** Frames of an event stream: on the wire only as a stream of bytes that the operation encodes. */
  readonly eventStream?: boolean
  /** Element name where it differs from the member's that uses it (restXml). */
  readonly locationName?: string
  readonly xmlNamespace?: XmlNamespace
  /** Error shapes: the code on the wire when it differs from the shape's name, and the modelled status. */
  readonly error?: { readonly code?: string; readonly status?: number; readonly senderFault?: boolean }
}

export interface XmlNamespace {
  readonly prefix?: string
  readonly uri: string
}

/** A use of a shape, with the bindings that belong to the use. */
export interface Member {
  readonly shape: string
  readonly location?: 'header' | 'headers' | 'querystring' | 'uri' | 'statusCode'
  /** Name on the wire when it differs from the member's. */
  readonly locationName?: string
  readonly flattened?: boolean
  readonly xmlAttribute?: boolean
  readonly xmlNamespace?: XmlNamespace
  readonly streaming?: boolean
  readonly timestampFormat?: TimestampFormat
  readonly sensitive?: boolean
}
