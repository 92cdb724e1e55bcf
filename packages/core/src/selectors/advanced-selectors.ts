import {
  type AwsOperator,
  awsOperators,
  type FieldRule,
  isWholeCategory,
  rulesOf,
  type SelectorOwner,
} from './field-rules.ts'
import {
  type FieldClause,
  type Selector,
  type SelectorField,
  type SelectorOperator,
  selectorFields,
} from './selector.ts'
import { invalid, judge, type SelectorsVerdict } from './verdict.ts'

/** AWS's `AdvancedEventSelector` as a request holds it. */
export interface AdvancedEventSelector {
  readonly Name?: string | undefined
  readonly FieldSelectors?: readonly AdvancedFieldSelector[] | undefined
}

export type AdvancedFieldSelector = { readonly Field?: string | undefined } & {
  readonly [Operator in AwsOperator]?: readonly string[] | undefined
}

/** The same as answers show it: with the members that were understood, and no others. */
export interface ShownAdvancedSelector extends AdvancedEventSelector {
  readonly FieldSelectors: readonly (AdvancedFieldSelector & { readonly Field: string })[]
}

const nameCharactersMax = 1000
const valueCharactersMax = 2048
/** Of all operators of all selectors together. */
const valuesMax = 500

/** What an event data store has when its creator says nothing. */
export const defaultStoreSelectors: readonly AdvancedEventSelector[] = [
  { Name: 'Default management events', FieldSelectors: [{ Field: 'eventCategory', Equals: ['Management'] }] },
]

/**
 * Checks advanced selectors and says what they mean. `resourceTypes` are those that they may name; without them any of
 * the right form will do, so that what was kept once stays valid.
 *
 * @source CloudTrail API Reference, AdvancedEventSelector and AdvancedFieldSelector
 */
export function judgeAdvancedSelectors(
  input: readonly AdvancedEventSelector[],
  owner: SelectorOwner,
  resourceTypes?: ReadonlySet<string>,
): SelectorsVerdict<ShownAdvancedSelector> {
  return judge(() => {
    if (input.length === 0) invalid('At least one advanced event selector must be specified.')
    const selectors = input.map((selector) => readSelector(selector, owner))
    const count = selectors.flatMap(({ clauses }) => clauses).reduce((sum, clause) => sum + valueCount(clause), 0)
    if (count > valuesMax)
      invalid(`The total number of values in all advanced event selectors must not exceed ${valuesMax}.`)
    requireOneSort(selectors)
    if (resourceTypes !== undefined) requireKnownTypes(selectors, resourceTypes)
    return { selectors, shown: input.map(tidy) }
  })
}

function valueCount(clause: FieldClause): number {
  const { field: _, ...operators } = clause
  return Object.values(operators).reduce((sum, values) => sum + values.length, 0)
}

/** Events of AWS's own kinds and of the others live in different event data stores. */
function requireOneSort(selectors: readonly Selector[]): void {
  const categories = new Set(
    selectors.map(({ clauses }) => clauses.find(({ field }) => field === 'eventCategory')?.equals?.[0]),
  )
  if (categories.size > 1 && [...categories].some((category) => category !== undefined && isWholeCategory(category))) {
    invalid(`The event categories ${[...categories].join(', ')} cannot be combined.`)
  }
}

/** A type with a typing error selects nothing, and nobody would notice. */
function requireKnownTypes(selectors: readonly Selector[], known: ReadonlySet<string>): void {
  for (const type of selectors.flatMap(({ clauses }) => typesOf(clauses))) {
    if (!known.has(type)) invalid(`Value ${type} for field resources.type is invalid.`)
  }
}

function typesOf(clauses: readonly FieldClause[]): readonly string[] {
  return clauses.find(({ field }) => field === 'resources.type')?.equals ?? []
}

function readSelector(input: AdvancedEventSelector, owner: SelectorOwner): Selector {
  const { Name: name, FieldSelectors: fields = [] } = input
  if (name !== undefined && name.length > nameCharactersMax) {
    invalid(`The name of an advanced event selector must not exceed ${nameCharactersMax} characters.`)
  }
  const clauses = fields.map(readClause)
  const seen = new Set<SelectorField>()
  for (const { field } of clauses) {
    if (seen.has(field)) invalid(`The field ${field} is specified more than once in an advanced event selector.`)
    seen.add(field)
  }
  checkFields(clauses, owner)
  return { ...(name === undefined ? {} : { name }), clauses }
}

const ourOperators: Readonly<Record<AwsOperator, SelectorOperator>> = {
  Equals: 'equals',
  NotEquals: 'notEquals',
  StartsWith: 'startsWith',
  NotStartsWith: 'notStartsWith',
  EndsWith: 'endsWith',
  NotEndsWith: 'notEndsWith',
}

function readClause(input: AdvancedFieldSelector): FieldClause {
  const field = selectorFields.find((known) => known === input.Field)
  if (field === undefined) return invalid(`Value ${input.Field ?? ''} for Field is invalid.`)
  const operators: { [Operator in SelectorOperator]?: readonly string[] } = {}
  for (const operator of awsOperators) {
    const values = input[operator]
    if (values === undefined) continue
    if (values.length === 0) invalid(`${operator} for field ${field} must have at least one value.`)
    for (const value of values) {
      if (value.length < 1 || value.length > valueCharactersMax) {
        invalid(`A value for field ${field} must have between 1 and ${valueCharactersMax} characters.`)
      }
    }
    operators[ourOperators[operator]] = values
  }
  if (Object.keys(operators).length === 0) invalid(`The field ${field} must have at least one operator.`)
  return { field, ...operators }
}

const categoryRule: FieldRule = {
  owners: ['trail', 'event-data-store'],
  operators: ['Equals'],
  isSingle: true,
  isRequired: true,
}

function checkFields(clauses: readonly FieldClause[], owner: SelectorOwner): void {
  const categoryClause = clauses.find(({ field }) => field === 'eventCategory')
  if (categoryClause === undefined) invalid('The field eventCategory is required in an advanced event selector.')
  checkClause(categoryClause, categoryRule)
  const category = categoryClause.equals?.[0] ?? ''
  const rules = rulesOf(category, owner) ?? invalid(`Value ${category} for field eventCategory is invalid.`)
  for (const clause of clauses) {
    if (clause.field === 'eventCategory') continue
    const rule = rules[clause.field]
    if (rule === undefined || !rule.owners.includes(owner)) {
      invalid(`The field ${clause.field} is not valid for event category ${category}.`)
    }
    checkClause(clause, rule)
  }
  for (const [field, rule] of Object.entries(rules)) {
    if (rule.isRequired === true && !clauses.some((clause) => clause.field === field)) {
      invalid(`The field ${field} is required for event category ${category}.`)
    }
  }
  checkResources(clauses)
  if (category === 'NetworkActivity') checkSource(clauses)
}

function checkClause(clause: FieldClause, rule: FieldRule): void {
  for (const operator of awsOperators) {
    const values = clause[ourOperators[operator]]
    if (values === undefined) continue
    if (!rule.operators.includes(operator)) invalid(`The operator ${operator} is not valid for field ${clause.field}.`)
    if (rule.isSingle === true && values.length > 1) invalid(`The field ${clause.field} must have exactly one value.`)
    for (const value of values) {
      if (rule.values?.includes(value) === false) invalid(`Value ${value} for field ${clause.field} is invalid.`)
    }
  }
}

const typeForm = /^\w+::\w+::\w+$/
const anyArn = /^arn:[^:]+:[^:]+:[^:]*:[^:]*:.+$/s
/** Types whose ARNs are often given wrong: as a bucket, a prefix or a wildcard. */
const arnForms: Readonly<Record<string, RegExp>> = {
  'AWS::S3::Object': /^arn:[^:]+:s3:::[^/]+\/.*[^/]$/s,
  'AWS::Lambda::Function': /^arn:[^:]+:lambda:[^:]+:\d{12}:function:.+$/,
  'AWS::DynamoDB::Table': /^arn:[^:]+:dynamodb:[^:]+:\d{12}:table\/[^/]+$/,
}

function checkResources(clauses: readonly FieldClause[]): void {
  const [type] = typesOf(clauses)
  if (type === undefined) return
  if (!typeForm.test(type)) invalid(`Value ${type} for field resources.type is invalid.`)
  const arns = clauses.find(({ field }) => field === 'resources.ARN')
  const form = Object.hasOwn(arnForms, type) ? (arnForms[type] ?? anyArn) : anyArn
  for (const arn of [...(arns?.equals ?? []), ...(arns?.notEquals ?? [])]) {
    if (!form.test(arn)) invalid(`Value ${arn} for field resources.ARN is invalid.`)
  }
}

function checkSource(clauses: readonly FieldClause[]): void {
  const source = clauses.find(({ field }) => field === 'eventSource')?.equals?.[0] ?? ''
  if (!/^[a-z0-9-]+\.amazonaws\.com$/.test(source)) invalid(`Value ${source} for field eventSource is invalid.`)
}

/** Leaves out what the model does not know, so that an answer shows what was understood. */
function tidy({ Name: name, FieldSelectors: fields = [] }: AdvancedEventSelector): ShownAdvancedSelector {
  return {
    ...(name === undefined ? {} : { Name: name }),
    FieldSelectors: fields.map((input) => {
      const { Field = '' } = input
      const kept: { -readonly [Key in keyof AdvancedFieldSelector]: AdvancedFieldSelector[Key] } & { Field: string } = {
        Field,
      }
      for (const operator of awsOperators) if (input[operator] !== undefined) kept[operator] = input[operator]
      return kept
    }),
  }
}
