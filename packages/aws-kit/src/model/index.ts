export { loadModel, type ModelName, modelNames, type ServiceName, serviceNames } from './load-model.ts'
export { membersByName, membersOf, type NamedMember, type WireNames } from './members-of.ts'
export type {
  ListShape,
  MapShape,
  Member,
  OperationModel,
  Protocol,
  ScalarShape,
  ServiceModel,
  Shape,
  StringShape,
  StructureShape,
  TimestampFormat,
  TimestampShape,
  XmlNamespace,
} from './service-model.ts'
