export { sampleQueries } from './catalogue/index.ts'
export type { SampleQuery } from './sample-query.ts'
export { type FoundSample, searchSamples } from './search-samples.ts'
