export { nameCall } from './name-call.ts'
export type {
  CallPlace,
  CallProtocol,
  NamedCall,
  ObservedAnswer,
  ObservedRequest,
  ReadAnswer,
} from './named-call.ts'
export { readAnswer } from './read-answer.ts'
