import type { ServiceModel } from './service-model.ts'

/** The services whose model is in models/. */
export const serviceNames = ['cloudtrail', 'cloudtrail-data', 's3', 'sts', 'iam', 'kms', 'sqs', 'athena'] as const

export type ServiceName = (typeof serviceNames)[number]

/** A service that has changed its protocol has a second model, in the one that its older clients speak. */
export const modelNames = [...serviceNames, 'sqs-query'] as const

export type ModelName = (typeof modelNames)[number]

/** Literal paths, so that a bundler sees them; nothing is read before somebody asks. */
const loaders: Readonly<Record<ModelName, () => Promise<{ default: unknown }>>> = {
  cloudtrail: () => import('../../../../models/cloudtrail.json', { with: { type: 'json' } }),
  'cloudtrail-data': () => import('../../../../models/cloudtrail-data.json', { with: { type: 'json' } }),
  s3: () => import('../../../../models/s3.json', { with: { type: 'json' } }),
  sts: () => import('../../../../models/sts.json', { with: { type: 'json' } }),
  iam: () => import('../../../../models/iam.json', { with: { type: 'json' } }),
  kms: () => import('../../../../models/kms.json', { with: { type: 'json' } }),
  'sqs-query': () => import('../../../../models/sqs-query.json', { with: { type: 'json' } }),
  sqs: () => import('../../../../models/sqs.json', { with: { type: 'json' } }),
  athena: () => import('../../../../models/athena.json', { with: { type: 'json' } }),
}

/** A service's model, read once per process. Every call for the same one answers the same object. */
export async function loadModel(name: ModelName): Promise<ServiceModel> {
  return (await loaders[name]()).default as ServiceModel
}
