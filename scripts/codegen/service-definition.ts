/** What we read of a `service-2.json`; the rest (documentation, client hints) is not declared and so never copied. */
export interface ServiceDefinition {
  readonly metadata: {
    readonly apiVersion: string
    readonly protocol: string
    readonly jsonVersion?: string
    readonly endpointPrefix: string
    readonly signingName?: string
    readonly targetPrefix?: string
    readonly protocols?: readonly string[]
    readonly awsQueryCompatible?: object
    readonly xmlNamespace?: string
  }
  readonly operations: Readonly<Record<string, OperationDefinition>>
  readonly shapes: Readonly<Record<string, ShapeDefinition>>
}

export interface OperationDefinition {
  readonly http: { readonly method: string; readonly requestUri: string; readonly responseCode?: number }
  readonly input?: { readonly shape: string; readonly locationName?: string }
  readonly output?: { readonly shape: string; readonly resultWrapper?: string }
  readonly errors?: readonly { readonly shape: string }[]
  readonly deprecated?: boolean
  readonly authtype?: string
  readonly endpoint?: { readonly hostPrefix?: string }
}

export interface MemberDefinition {
  readonly shape: string
  readonly location?: string
  readonly locationName?: string
  readonly flattened?: boolean
  readonly xmlAttribute?: boolean
  readonly xmlNamespace?: { readonly prefix?: string; readonly uri: string } | string
  readonly streaming?: boolean
  readonly timestampFormat?: string
  readonly sensitive?: boolean
  readonly queryName?: string
}

export interface ShapeDefinition {
  readonly type: string
  readonly required?: readonly string[]
  readonly members?: Readonly<Record<string, MemberDefinition>>
  readonly member?: MemberDefinition
  readonly key?: MemberDefinition
  readonly value?: MemberDefinition
  readonly min?: number
  readonly max?: number
  readonly pattern?: string
  readonly enum?: readonly string[]
  readonly sensitive?: boolean
  readonly flattened?: boolean
  readonly payload?: string
  readonly union?: boolean
  readonly eventstream?: boolean
  readonly streaming?: boolean
  readonly locationName?: string
  readonly xmlNamespace?: { readonly prefix?: string; readonly uri: string } | string
  readonly timestampFormat?: string
  readonly exception?: boolean
  readonly error?: { readonly code?: string; readonly httpStatusCode?: number; readonly senderFault?: boolean }
}
