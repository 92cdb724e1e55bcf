export { type Client, type Clients, clients } from './clients.ts'
export { provisionClients } from './provision.ts'
