export type { CallProtocol, ObservedRequest } from '@cairn/aws-kit/naming'
export { nameCall } from './name-call.ts'
export type {
  CallPlace,
  NamedCall,
  ObservedAnswer,
  ReadAnswer,
} from './named-call.ts'
export { type ImpossibleName, impossibleName, type NamePattern } from './possible-names.ts'
export { readAnswer } from './read-answer.ts'
