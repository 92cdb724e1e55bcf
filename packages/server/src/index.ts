export type { EndpointAnswer, EndpointRequest } from './api/endpoint.ts'
export { type Installation, openInstallation } from './context.ts'
export { type Server, startServer } from './main.ts'
