export type { CallProtocol } from '@cairn/aws-kit/naming'
export { nameCall } from './name-call.ts'
export type {
  CallPlace,
  NamedCall,
  ObservedAnswer,
  ObservedRequest,
  ReadAnswer,
} from './named-call.ts'
export { readAnswer } from './read-answer.ts'
