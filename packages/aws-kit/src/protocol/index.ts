export { bucketOfHost, hostName } from './bucket-host.ts'
export { type Answer, type RequestHead, type WrittenOutput, writtenJson, writtenOutput } from './message.ts'
export { parseInput } from './parse-input.ts'
export {
  errorProtocol,
  type FrameworkFailure,
  frameworkCode,
  frameworkStatus,
  ProtocolError,
} from './protocol-error.ts'
export { chooseOperation } from './rest-route.ts'
export { type Resource, resourcesOf, type Segment, splitPath } from './rest-table.ts'
export { type Route, routeOperation } from './route.ts'
export { selectModel, selectService } from './select-service.ts'
export { type ErrorTarget, serializeError, type WireError, wireErrorCode } from './serialize-error.ts'
export { hostId, serializeOutput } from './serialize-output.ts'
export { readEpochSeconds, readTimestampText } from './timestamp.ts'
export { validateInput } from './validate.ts'
export { readXmlHead, type XmlElement } from './xml-reader.ts'
