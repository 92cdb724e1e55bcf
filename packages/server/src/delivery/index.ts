export type { DeliveredFile, ListedFile } from '../ports/delivery-plan.ts'
export {
  createDelivery,
  type Delivery,
  type DeliveryOptions,
  type DeliveryStatus,
  type DeliveryTelemetry,
  type QueueStatus,
} from './delivery.ts'
