/** What selectors look at in an event. Members are what the record says, `undefined` where it does not say it. */
export interface SelectableEvent {
  readonly eventCategory?: string | undefined
  /** Tells the category of records older than `eventCategory`. */
  readonly managementEvent?: boolean | undefined
  readonly readOnly?: boolean | undefined
  readonly eventSource?: string | undefined
  readonly eventName?: string | undefined
  readonly eventType?: string | undefined
  readonly sessionCredentialFromConsole?: string | undefined
  readonly userIdentityArn?: string | undefined
  /** No selector's field: tells the deliveries that some trails keep out. */
  readonly userIdentityInvokedBy?: string | undefined
  readonly resources?: readonly { readonly type?: string | undefined; readonly ARN?: string | undefined }[] | undefined
  readonly errorCode?: string | undefined
  readonly vpcEndpointId?: string | undefined
}

export const selectorFields = [
  'eventCategory',
  'readOnly',
  'eventSource',
  'eventName',
  'eventType',
  'sessionCredentialFromConsole',
  'userIdentity.arn',
  'resources.type',
  'resources.ARN',
  'errorCode',
  'vpcEndpointId',
] as const

export type SelectorField = (typeof selectorFields)[number]

/** The operators that let an event in; one of all their values must hit. */
export const selectOperators = ['equals', 'startsWith', 'endsWith'] as const
/** The operators that keep it out; none of their values may hit. */
export const deselectOperators = ['notEquals', 'notStartsWith', 'notEndsWith'] as const

export type SelectorOperator = (typeof selectOperators)[number] | (typeof deselectOperators)[number]

/** One field's conditions; operators that are not used are absent. */
export type FieldClause = { readonly field: SelectorField } & {
  readonly [Operator in SelectorOperator]?: readonly string[]
}

/** The one form both kinds of selectors are brought into. All clauses must hold; of several selectors, one. */
export interface Selector {
  readonly name?: string
  /** Each field at most once. */
  readonly clauses: readonly FieldClause[]
}

/** Category of an event, also of one recorded before the field existed. */
export function categoryOf(event: SelectableEvent): string {
  return event.eventCategory ?? (event.managementEvent === false ? 'Data' : 'Management')
}

/** The values an event has for a field: none, one, or one for each resource. */
export function valuesOf(event: SelectableEvent, field: SelectorField): readonly string[] {
  switch (field) {
    case 'eventCategory':
      return [categoryOf(event)]
    case 'readOnly':
      return event.readOnly === undefined ? [] : [String(event.readOnly)]
    case 'userIdentity.arn':
      return present(event.userIdentityArn)
    case 'resources.type':
      return (event.resources ?? []).flatMap(({ type }) => present(type))
    case 'resources.ARN':
      return (event.resources ?? []).flatMap(({ ARN }) => present(ARN))
    default:
      return present(event[field])
  }
}

function present(value: string | undefined): readonly string[] {
  return value === undefined ? [] : [value]
}
