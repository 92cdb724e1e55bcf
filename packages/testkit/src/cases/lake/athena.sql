-- who called what, newest first
SELECT useridentity.arn, eventname, sourceipaddress, eventtime FROM cloudtrail_logs ORDER BY eventtime DESC LIMIT 5;
-- calls of one user between two times
SELECT eventname, eventtime FROM cloudtrail_logs WHERE useridentity.username = 'alice' AND eventtime >= '2023-07-10T00:00:00Z' AND eventtime < '2023-07-20T00:00:00Z' ORDER BY eventtime;
-- roots without a second factor
SELECT eventname, count(*) AS n FROM cloudtrail_logs WHERE useridentity.type = 'Root' AND (useridentity.sessioncontext.attributes.mfaauthenticated IS NULL OR useridentity.sessioncontext.attributes.mfaauthenticated = 'false') GROUP BY eventname ORDER BY n DESC, eventname;
-- a bucket by its name in the request
SELECT eventname, useridentity.arn FROM cloudtrail_logs WHERE json_extract_scalar(requestparameters, '$.bucketName') = 'bucket-1' AND eventtime >= '2023-07-10T00:00:00Z' ORDER BY eventtime LIMIT 6;
-- objects of buckets
SELECT json_extract_scalar(requestparameters, '$.bucketName') AS bucket, json_extract_scalar(requestparameters, '$.key') AS object, count(*) AS requests FROM cloudtrail_logs WHERE eventsource = 's3.amazonaws.com' AND eventname = 'GetObject' GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2 LIMIT 5;
-- resources, a row for each
SELECT r.arn, r.type, count(*) FROM cloudtrail_logs CROSS JOIN UNNEST(resources) AS r (arn, accountid, type) GROUP BY 1, 2 ORDER BY 3 DESC, 1 LIMIT 4;
-- resources without a join
SELECT eventname, resources[1].arn, cardinality(resources) FROM cloudtrail_logs WHERE resources IS NOT NULL ORDER BY eventtime LIMIT 3;
-- times as times
SELECT date_trunc('day', from_iso8601_timestamp(eventtime)) AS d, count(*) FROM cloudtrail_logs GROUP BY 1 ORDER BY 1 LIMIT 4;
-- the last days of a window
SELECT count(*) FROM cloudtrail_logs WHERE from_iso8601_timestamp(eventtime) > date_add('day', -10, timestamp '2023-08-01 00:00:00 UTC') AND from_iso8601_timestamp(eventtime) < timestamp '2023-08-01 00:00:00 UTC';
-- what was refused, by user
SELECT useridentity.arn, errorcode, count(*) AS n FROM cloudtrail_logs WHERE errorcode IN ('Client.UnauthorizedOperation', 'AccessDenied') GROUP BY 1, 2 ORDER BY n DESC, 1, 2 LIMIT 5;
-- everything that failed
SELECT errorcode, errormessage, count(*) AS n FROM cloudtrail_logs WHERE errorcode IS NOT NULL GROUP BY errorcode, errormessage ORDER BY n DESC, 1, 2 LIMIT 5;
-- sign-ins to the console
SELECT eventtime, useridentity.arn, json_extract_scalar(responseelements, '$.ConsoleLogin') AS result, json_extract_scalar(additionaleventdata, '$.MFAUsed') AS mfa FROM cloudtrail_logs WHERE eventname = 'ConsoleLogin' ORDER BY eventtime LIMIT 5;
-- instances that were started
SELECT eventtime, json_extract_scalar(responseelements, '$.instancesSet.items[0].instanceId') AS instance, json_extract_scalar(requestparameters, '$.instanceType') FROM cloudtrail_logs WHERE eventname = 'RunInstances' AND responseelements IS NOT NULL ORDER BY eventtime LIMIT 4;
-- changes only
SELECT eventname, count(*) FROM cloudtrail_logs WHERE readonly = 'false' GROUP BY 1 ORDER BY 1;
-- by the partitions of a day
SELECT count(*) FROM cloudtrail_logs WHERE year = '2023' AND month = '07' AND day = '04' AND region IN ('us-east-1', 'us-west-2', 'eu-central-1');
-- by the projected partition
SELECT "timestamp", count(*) FROM cloudtrail_logs WHERE "timestamp" >= '2023/07/05' AND "timestamp" < '2023/07/09' GROUP BY 1 ORDER BY 1;
-- by account and region
SELECT account, region, count(*) FROM cloudtrail_logs GROUP BY account, region ORDER BY 1, 2;
-- roles and who took them
SELECT json_extract_scalar(requestparameters, '$.roleArn') AS role, count(DISTINCT useridentity.arn) FROM cloudtrail_logs WHERE eventname = 'AssumeRole' GROUP BY 1 ORDER BY 1;
-- policies open to everyone
SELECT json_extract_scalar(requestparameters, '$.bucketName'), count(*) FROM cloudtrail_logs WHERE eventname = 'PutBucketPolicy' AND requestparameters LIKE '%"Principal":"*"%' AND json_extract_scalar(requestparameters, '$.bucketPolicy.Statement[0].Effect') = 'Allow' GROUP BY 1 ORDER BY 1;
-- versions of TLS
SELECT tlsdetails.tlsversion, count(*) FROM cloudtrail_logs GROUP BY 1 ORDER BY 1;
-- trails that were stopped
SELECT eventtime, useridentity.arn, awsregion, requestparameters FROM cloudtrail_logs WHERE eventsource = 'cloudtrail.amazonaws.com' AND eventname IN ('StopLogging', 'DeleteTrail', 'UpdateTrail') ORDER BY eventtime LIMIT 3;
-- addresses that nobody knows
SELECT sourceipaddress, count(*) AS n FROM cloudtrail_logs WHERE NOT regexp_like(sourceipaddress, '^[a-z]') GROUP BY sourceipaddress HAVING count(*) > 2 ORDER BY n DESC, 1 LIMIT 5;
-- a whole identity
SELECT useridentity FROM cloudtrail_logs WHERE useridentity.type = 'AssumedRole' ORDER BY eventtime LIMIT 1;
-- the database said too
SELECT count(*) FROM default.cloudtrail_logs WHERE eventname LIKE 'Create%';
