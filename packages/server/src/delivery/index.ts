export { createDelivery, type Delivery, type QueueStatus } from './delivery.ts'
