import type { FieldClause, Selector } from './selector.ts'
import { invalid, judge, type SelectorsVerdict } from './verdict.ts'

/** AWS's `EventSelector` as a request holds it. */
export interface BasicEventSelector {
  readonly ReadWriteType?: string | undefined
  readonly IncludeManagementEvents?: boolean | undefined
  readonly DataResources?: readonly BasicDataResource[] | undefined
  readonly ExcludeManagementEventSources?: readonly string[] | undefined
}

export interface BasicDataResource {
  readonly Type?: string | undefined
  readonly Values?: readonly string[] | undefined
}

/** The same with every default filled in, as answers show it. */
export interface ShownBasicSelector {
  readonly ReadWriteType: 'All' | 'ReadOnly' | 'WriteOnly'
  readonly IncludeManagementEvents: boolean
  readonly DataResources: readonly { readonly Type: string; readonly Values: readonly string[] }[]
  readonly ExcludeManagementEventSources: readonly string[]
}

const selectorsMax = 5
const dataValuesMax = 250
const excludableSources = ['kms.amazonaws.com', 'rdsdata.amazonaws.com']

/** What a trail has before anyone set selectors. */
export const defaultBasicSelectors: readonly BasicEventSelector[] = [
  { ReadWriteType: 'All', IncludeManagementEvents: true, DataResources: [], ExcludeManagementEventSources: [] },
]

/**
 * Checks basic selectors and says what they mean.
 *
 * @source CloudTrail API Reference, EventSelector and DataResource
 */
export function judgeBasicSelectors(input: readonly BasicEventSelector[]): SelectorsVerdict<ShownBasicSelector> {
  return judge(() => {
    if (input.length < 1 || input.length > selectorsMax) {
      invalid(`The number of event selectors must be between 1 and ${selectorsMax}.`)
    }
    const shown = input.map(fillIn)
    requireFewValues(shown)
    return { shown, selectors: shown.flatMap(toSelectors) }
  })
}

function fillIn(input: BasicEventSelector): ShownBasicSelector {
  const { ReadWriteType = 'All', IncludeManagementEvents = true } = input
  const { DataResources = [], ExcludeManagementEventSources = [] } = input
  if (ReadWriteType !== 'All' && ReadWriteType !== 'ReadOnly' && ReadWriteType !== 'WriteOnly') {
    return invalid(`Value ${ReadWriteType} for ReadWriteType is invalid.`)
  }
  for (const source of ExcludeManagementEventSources) {
    if (!excludableSources.includes(source)) invalid(`Value ${source} for ExcludeManagementEventSources is invalid.`)
  }
  if (ExcludeManagementEventSources.length > 0 && !IncludeManagementEvents) {
    invalid('ExcludeManagementEventSources can only be specified when IncludeManagementEvents is true.')
  }
  return {
    ReadWriteType,
    IncludeManagementEvents,
    DataResources: DataResources.map(fillInResource),
    ExcludeManagementEventSources,
  }
}

interface DataResourceKind {
  /** Stands for every resource of the type. */
  readonly all: RegExp
  readonly one: RegExp
  readonly operator: 'startsWith' | 'equals'
}

const partition = 'aws(?:-[a-z]+)*'
const dataResourceKinds: Readonly<Record<string, DataResourceKind>> = {
  // A bucket without the slash would be a prefix of other buckets' names; a wildcard is a character here.
  'AWS::S3::Object': {
    all: new RegExp(`^arn:${partition}:s3(:::)?$`),
    one: new RegExp(`^arn:${partition}:s3:::[^/*]+/.*$`, 's'),
    operator: 'startsWith',
  },
  'AWS::Lambda::Function': {
    all: new RegExp(`^arn:${partition}:lambda$`),
    one: new RegExp(`^arn:${partition}:lambda:[a-z0-9-]+:\\d{12}:function:[A-Za-z0-9-_]+(:[A-Za-z0-9-_$]+)?$`),
    operator: 'equals',
  },
  'AWS::DynamoDB::Table': {
    all: new RegExp(`^arn:${partition}:dynamodb$`),
    one: new RegExp(`^arn:${partition}:dynamodb:[a-z0-9-]+:\\d{12}:table/[A-Za-z0-9_.-]+$`),
    operator: 'equals',
  },
}

function kindOf(type: string): DataResourceKind | undefined {
  return Object.hasOwn(dataResourceKinds, type) ? dataResourceKinds[type] : undefined
}

function fillInResource({ Type: type = '', Values: values = [] }: BasicDataResource): {
  readonly Type: string
  readonly Values: readonly string[]
} {
  const kind = kindOf(type) ?? invalid(`Value ${type} for DataResources.Type is invalid.`)
  for (const value of values) {
    if (!kind.all.test(value) && !kind.one.test(value)) invalid(`Value ${value} for DataResources.Values is invalid.`)
  }
  return { Type: type, Values: values }
}

/** Values that stand for everything of their type do not count. */
function requireFewValues(selectors: readonly ShownBasicSelector[]): void {
  const counted = selectors
    .flatMap(({ DataResources }) => DataResources)
    .flatMap(({ Type, Values }) => Values.filter((value) => kindOf(Type)?.all.test(value) !== true))
  if (counted.length > dataValuesMax) {
    invalid(`The total number of DataResources.Values for a trail must not exceed ${dataValuesMax}.`)
  }
}

/** One selector for the management events and one for each data resource with values; `Values: []` selects nothing. */
function toSelectors(basic: ShownBasicSelector): readonly Selector[] {
  const readOnly: readonly FieldClause[] =
    basic.ReadWriteType === 'All' ? [] : [{ field: 'readOnly', equals: [String(basic.ReadWriteType === 'ReadOnly')] }]
  const excluded = basic.ExcludeManagementEventSources
  const management: Selector = {
    clauses: [
      { field: 'eventCategory', equals: ['Management'] },
      ...readOnly,
      ...(excluded.length === 0 ? [] : [{ field: 'eventSource' as const, notEquals: excluded }]),
    ],
  }
  const data = basic.DataResources.filter(({ Values }) => Values.length > 0).map(({ Type, Values }): Selector => {
    const kind = kindOf(Type)
    const isAll = kind === undefined || Values.some((value) => kind.all.test(value))
    return {
      clauses: [
        { field: 'eventCategory', equals: ['Data'] },
        ...readOnly,
        { field: 'resources.type', equals: [Type] },
        ...(isAll ? [] : [{ field: 'resources.ARN' as const, [kind.operator]: Values }]),
      ],
    }
  })
  return basic.IncludeManagementEvents ? [management, ...data] : data
}
