export type { FollowPart } from './follow.ts'
export { createHistory, type History, type PageRequest } from './history.ts'
export { attributeCondition, attributeLength, attributeLengthMax, insightAttributes } from './lookup-attribute.ts'
export { readableBy } from './readable-by.ts'
