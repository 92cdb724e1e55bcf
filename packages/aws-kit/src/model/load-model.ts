import type { ServiceModel } from './service-model.ts'

/** The services whose model is in models/. */
export const serviceNames = ['cloudtrail', 'cloudtrail-data', 's3', 'sts', 'iam', 'kms', 'sqs', 'athena'] as const

export type ServiceName = (typeof serviceNames)[number]

/** Literal paths, so that a bundler sees them; nothing is read before somebody asks. */
const loaders: Readonly<Record<ServiceName, () => Promise<{ default: unknown }>>> = {
  cloudtrail: () => import('../../../../models/cloudtrail.json', { with: { type: 'json' } }),
  'cloudtrail-data': () => import('../../../../models/cloudtrail-data.json', { with: { type: 'json' } }),
  s3: () => import('../../../../models/s3.json', { with: { type: 'json' } }),
  sts: () => import('../../../../models/sts.json', { with: { type: 'json' } }),
  iam: () => import('../../../../models/iam.json', { with: { type: 'json' } }),
  kms: () => import('../../../../models/kms.json', { with: { type: 'json' } }),
  sqs: () => import('../../../../models/sqs.json', { with: { type: 'json' } }),
  athena: () => import('../../../../models/athena.json', { with: { type: 'json' } }),
}

/** The model of a service, read once per process. Every call for the same service answers the same object. */
export async function loadModel(service: ServiceName): Promise<ServiceModel> {
  return (await loaders[service]()).default as ServiceModel
}
