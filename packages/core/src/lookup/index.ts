export {
  type AddressRange,
  isInRange,
  parseAddressRange,
  rangeTextPrefix,
} from './address-range.ts'
export { type ConditionBody, parseConditionText } from './condition-text.ts'
export { createGroupCounter, type GroupCounter, type GroupCounts, groupingName } from './counts.ts'
export { type EventLineHead, eventLine, onOneLine, recordOfLine } from './event-line.ts'
export { type JsonPath, parseJsonPath, someAtPath } from './json-path.ts'
export { mayHideLiteral, requiredLiterals } from './literals.ts'
export { compileLookup, compileTest } from './matcher.ts'
export { parseMoment } from './moment.ts'
export { lookupLimits, type ParsedLookup, parseLookup, parseSubject } from './parse-query.ts'
export {
  eventCategories,
  everything,
  type LookupCategory,
  type LookupCondition,
  type LookupField,
  type LookupGrouping,
  type LookupQuery,
  type LookupSubject,
  type LookupTest,
  latestMs,
  lookupFields,
} from './query.ts'
export { type LookupEvent, lookupCategory, lookupEvent, lookupTimeMs, noFields } from './subject.ts'
export { isLiteral, parseWildcard, type Wildcard, wildcardPrefix } from './wildcard.ts'
