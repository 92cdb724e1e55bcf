export type { FollowPart } from './follow.ts'
export {
  createHistory,
  type History,
  type HistoryConsumer,
  type HistoryOptions,
  type Page,
  type PageRequest,
} from './history.ts'
export {
  attributeCondition,
  attributeLength,
  attributeLengthMax,
  insightAttributes,
  type LookupAttributeKey,
} from './lookup-attribute.ts'
export { readableBy } from './readable-by.ts'
