import type { ServiceModel } from '../../model/index.ts'

/** A model in the form of botocore's own, for one that botocore does not have. */
export function botocoreDefinition({ service, apiVersion, endpointPrefix, protocol, ...model }: ServiceModel): object {
  const operations = Object.values(model.operations).map(({ name, http, input, output, resultWrapper, errors }) => [
    name,
    {
      name,
      http: { method: http.method, requestUri: http.uri },
      ...(input !== undefined && { input: { shape: input } }),
      ...(output !== undefined && { output: { shape: output, resultWrapper } }),
      errors: errors.map((shape) => ({ shape })),
    },
  ])
  return {
    metadata: { serviceId: service, apiVersion, endpointPrefix, protocol },
    operations: Object.fromEntries(operations),
    shapes: model.shapes,
  }
}
