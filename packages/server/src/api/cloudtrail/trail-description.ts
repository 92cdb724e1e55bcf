import type { Trail } from '../../trails/index.ts'

/** A trail as CreateTrail and UpdateTrail answer it. Members that are not set are left out. */
export function describeTrailSettings(trail: Trail) {
  return {
    Name: trail.name,
    S3BucketName: trail.bucket,
    ...(trail.prefix !== undefined && { S3KeyPrefix: trail.prefix }),
    IncludeGlobalServiceEvents: trail.includesGlobalServiceEvents,
    IsMultiRegionTrail: trail.isMultiRegion,
    TrailARN: trail.arn,
    ...(trail.keyArn !== undefined && { KmsKeyId: trail.keyArn }),
    LogFileValidationEnabled: trail.validatesLogFiles,
    IsOrganizationTrail: false,
    RecursiveLogging: trail.logsItself,
  }
}

/** A trail as GetTrail and DescribeTrails answer it. */
export function describeTrail(trail: Trail) {
  return {
    ...describeTrailSettings(trail),
    HomeRegion: trail.homeRegion,
    HasCustomEventSelectors: trail.selectors !== undefined,
    HasInsightSelectors: false,
  }
}
