export { type Identified, identify, type RequestToIdentify } from './identify.ts'
export { type FormNode, formTree } from './read-form-head.ts'
export { routeIndex, routeTable } from './route-index.ts'
export type { CallProtocol, RoutedOperation, RouteTable } from './route-table.ts'
