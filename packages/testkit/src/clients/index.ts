export { type Client, type Clients, clients, programOf } from './clients.ts'
export { provisionClients } from './provision.ts'
