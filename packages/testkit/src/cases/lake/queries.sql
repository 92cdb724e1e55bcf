-- select: fields of structs and labels as typed
SELECT eventName, userIdentity.userName, userIdentity.sessionContext.sessionIssuer.userName AS Issuer, 1 + 1 FROM $EDS_ID ORDER BY eventTime LIMIT 6;
-- select: star keeps the order of the schema
SELECT * FROM $EDS_ID WHERE eventName = 'ConsoleLogin' ORDER BY eventTime LIMIT 2;
-- select: star of an alias beside a column
SELECT e.eventname, e.* FROM (SELECT eventName, awsRegion FROM $EDS_ID) e ORDER BY 1, 2, 3 LIMIT 3;
-- select: distinct
SELECT DISTINCT awsRegion, userIdentity.type FROM $EDS_ID ORDER BY awsRegion DESC, 2;
-- select: distinct with an expression to sort by
SELECT DISTINCT upper(awsRegion) FROM $EDS_ID ORDER BY upper(awsRegion) DESC;
-- select: names without case
select EVENTNAME, EventSource from $EDS_ID where EVENTsource = 'iam.amazonaws.com' order by EVENTTIME limit 2;
-- select: quoted names
SELECT "eventname" AS "My Name" FROM $EDS_ID ORDER BY "eventtime" LIMIT 1;
-- select: without a table
SELECT 1 AS one, 'x', NULL, true;
-- values
SELECT * FROM (VALUES (1, 'a'), (2, 'b'), (3, NULL)) AS t (n, s) ORDER BY n DESC;
-- values: of one column
VALUES 1, 2, 3;
-- where: times as text
SELECT count(*) AS n FROM $EDS_ID WHERE eventTime > '2023-07-10 00:00:00' AND eventTime <= '2023-07-20 12:00:00';
-- where: times between
SELECT count(*) FROM $EDS_ID WHERE eventTime BETWEEN '2023-07-10 00:00:00' AND '2023-07-12 00:00:00';
-- where: timestamps
SELECT count(*) FROM $EDS_ID WHERE eventTime >= timestamp '2023-08-01 00:00:00' AND eventTime < date '2023-08-10';
-- where: an alias of the table
SELECT count(*) FROM $EDS_ID AS e WHERE e.eventTime < timestamp '2023-07-02 00:00:00';
-- where: like and in
SELECT eventName, count(*) FROM $EDS_ID WHERE eventSource LIKE '%s3%' AND awsRegion IN ('us-east-1', 'us-west-2') GROUP BY eventName ORDER BY 1;
-- where: not like and not in
SELECT eventName, count(*) FROM $EDS_ID WHERE eventName NOT LIKE 'Describe%' AND awsRegion NOT IN ('us-east-1') GROUP BY eventName ORDER BY 2 DESC, 1;
-- where: three values of logic
SELECT count(*) FROM $EDS_ID WHERE NOT (errorCode = 'AccessDenied');
-- where: null is not equal
SELECT count(*) FROM $EDS_ID WHERE errorCode <> 'AccessDenied' OR errorCode IS NULL;
-- where: is distinct from
SELECT count(*) FROM $EDS_ID WHERE errorCode IS DISTINCT FROM 'AccessDenied';
-- where: booleans
SELECT readOnly, managementEvent, count(*) FROM $EDS_ID WHERE readOnly = true OR managementEvent GROUP BY 1, 2 ORDER BY 1, 2;
-- where: bound below and above by columns
SELECT count(*) FROM $EDS_ID WHERE length(eventName) BETWEEN 5 AND length(eventSource);
-- where: maps
SELECT element_at(requestParameters, 'bucketName') AS bucket, count(*) AS n FROM $EDS_ID WHERE element_at(requestParameters, 'key') IS NOT NULL GROUP BY 1 ORDER BY 1;
-- where: subscript of a map that has the key
SELECT requestParameters['roleName'] AS role, count(*) FROM $EDS_ID WHERE eventName = 'CreateRole' GROUP BY 1 ORDER BY 1;
-- where: json in maps
SELECT json_extract_scalar(element_at(requestParameters, 'bucketPolicy'), '$.Statement[0].Effect') AS effect, count(*) FROM $EDS_ID WHERE eventName = 'PutBucketPolicy' GROUP BY 1 ORDER BY 1;
-- where: json arrays
SELECT json_array_length(json_extract(element_at(requestParameters, 'bucketPolicy'), '$.Statement[0].Action')), json_array_contains(json_extract(element_at(requestParameters, 'bucketPolicy'), '$.Statement[0].Action'), 's3:PutObject') FROM $EDS_ID WHERE eventName = 'PutBucketPolicy' ORDER BY eventTime LIMIT 1;
-- where: text inside a map
SELECT count(*) FROM $EDS_ID WHERE element_at(responseElements, 'instancesSet') LIKE '%"instanceId":"i-%';
-- where: regexp
SELECT eventName, count(*) FROM $EDS_ID WHERE regexp_like(eventName, '^(Create|Put|Stop)') GROUP BY eventName ORDER BY eventName;
-- where: unicode
SELECT count(*) FROM $EDS_ID WHERE userIdentity.userName = 'Ünal';
-- json: paths into the record
SELECT json_extract_scalar(eventJson, '$.requestParameters.tagSet.items[1].value') AS stage, count(*) FROM $EDS_ID WHERE eventName = 'CreateTags' GROUP BY 1 ORDER BY 1;
-- json: values of every type
SELECT json_extract_scalar(eventJson, '$.requestParameters.allocatedStorage'), json_extract_scalar(eventJson, '$.requestParameters.publiclyAccessible'), json_extract(eventJson, '$.requestParameters') FROM $EDS_ID WHERE eventName = 'CreateDBInstance' ORDER BY eventTime LIMIT 4;
-- json: null in the record
SELECT count(*) FROM $EDS_ID WHERE json_extract_scalar(eventJson, '$.requestParameters') IS NULL AND json_extract_scalar(eventJson, '$.eventName') = 'ConsoleLogin';
-- json: json of json null
SELECT json_extract(eventJson, '$.requestParameters') FROM $EDS_ID WHERE eventName = 'ConsoleLogin' ORDER BY eventTime LIMIT 1;
-- json: cast to an array and unnested
SELECT t.action, count(*) FROM $EDS_ID CROSS JOIN UNNEST(CAST(json_extract(element_at(requestParameters, 'bucketPolicy'), '$.Statement[0].Action') AS array(varchar))) AS t (action) GROUP BY 1 ORDER BY 1;
-- json: cast to a map
SELECT map_keys(CAST(json_extract(eventJson, '$.requestParameters') AS map(varchar, json))) FROM $EDS_ID WHERE eventName = 'AssumeRole' ORDER BY eventTime LIMIT 1;
-- json: cast to rows
SELECT s.effect, count(*) FROM $EDS_ID CROSS JOIN UNNEST(CAST(json_extract(element_at(requestParameters, 'bucketPolicy'), '$.Statement') AS array(row(effect varchar)))) AS s (effect) GROUP BY 1 ORDER BY 1;
-- json: filter and transform over parts
SELECT transform(filter(CAST(json_extract(eventJson, '$.requestParameters.tagSet.items') AS array(json)), x -> json_extract_scalar(x, '$.key') = 'team'), x -> json_extract_scalar(x, '$.value')) FROM $EDS_ID WHERE eventName = 'CreateTags' ORDER BY eventTime LIMIT 4;
-- json: size
SELECT json_size(eventJson, '$.requestParameters'), count(*) FROM $EDS_ID GROUP BY 1 ORDER BY 1;
-- json: array_get
SELECT json_extract_scalar(json_array_get(json_extract(eventJson, '$.requestParameters.tagSet.items'), 0), '$.key') FROM $EDS_ID WHERE eventName = 'CreateTags' ORDER BY eventTime LIMIT 1;
-- json: text that is none
SELECT json_extract_scalar(eventName, '$.a'), json_extract(eventName, '$'), json_array_length(eventName) FROM $EDS_ID ORDER BY eventTime LIMIT 1;
-- group: counts
SELECT eventName, count(*) AS n FROM $EDS_ID WHERE eventTime > '2023-07-10 00:00:00' GROUP BY eventName ORDER BY n DESC, eventName LIMIT 10;
-- group: by place
SELECT awsRegion, eventSource, count(*) FROM $EDS_ID GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2 LIMIT 5;
-- group: by an expression said twice
SELECT date_trunc('week', eventTime) AS week, count(*) FROM $EDS_ID GROUP BY date_trunc('week', eventTime) ORDER BY week LIMIT 5;
-- group: by a part of the expression that is selected
SELECT upper(awsRegion) || '!' AS r, count(*) FROM $EDS_ID GROUP BY upper(awsRegion) ORDER BY r;
-- group: by a struct's field
SELECT userIdentity.type, count(DISTINCT userIdentity.arn) FROM $EDS_ID GROUP BY userIdentity.type ORDER BY 1;
-- group: by a map
SELECT element_at(requestParameters, 'bucketName') AS b, element_at(requestParameters, 'key') AS k, count(*) AS n FROM $EDS_ID WHERE eventName = 'GetObject' GROUP BY requestParameters ORDER BY n DESC, b, k LIMIT 5;
-- group: having
SELECT eventName FROM $EDS_ID GROUP BY eventName HAVING count(*) > 20 AND max(eventTime) > timestamp '2023-07-01 00:00:00' ORDER BY 1;
-- group: having without groups
SELECT count(*) FROM $EDS_ID HAVING count(*) > 1000;
-- group: aggregates of nothing
SELECT count(*), sum(1), max(eventTime), array_agg(eventName), bool_and(readOnly) FROM $EDS_ID WHERE eventName = 'Nothing';
-- group: groups of nothing
SELECT eventName, count(*) FROM $EDS_ID WHERE eventName = 'Nothing' GROUP BY eventName;
-- group: sorted by an aggregate that is not selected
SELECT eventSource FROM $EDS_ID GROUP BY eventSource ORDER BY count(*) DESC, eventSource LIMIT 3;
-- group: rollup
SELECT awsRegion, readOnly, count(*) FROM $EDS_ID GROUP BY ROLLUP (awsRegion, readOnly) ORDER BY 1, 2, 3;
-- group: cube
SELECT awsRegion, readOnly, count(*) FROM $EDS_ID GROUP BY CUBE (awsRegion, readOnly) ORDER BY 1, 2, 3;
-- group: sets and grouping
SELECT awsRegion, eventCategory, grouping(awsRegion, eventCategory), count(*) FROM $EDS_ID GROUP BY GROUPING SETS ((awsRegion), (eventCategory), ()) ORDER BY 3, 1, 2;
-- aggregates: with a filter
SELECT count(*) FILTER (WHERE errorCode IS NOT NULL) AS failed, count(*) AS allOfThem, count_if(readOnly) FROM $EDS_ID;
-- aggregates: distinct
SELECT count(DISTINCT awsRegion), count(DISTINCT errorCode), approx_distinct(sourceIPAddress) > 0 FROM $EDS_ID;
-- aggregates: of numbers
SELECT sum(length(eventName)), avg(length(eventName)), min(length(eventName)), max(length(eventName)) FROM $EDS_ID;
-- aggregates: of decimals
SELECT sum(x), avg(CAST(x AS double)), min(x), max(x) FROM (VALUES 1.5, 2.25, 3.0) AS t (x);
-- aggregates: of doubles
SELECT round(stddev(x), 6), round(variance(x), 6), round(stddev_pop(x), 6), round(var_pop(x), 6), round(stddev_samp(x), 6), round(var_samp(x), 6), round(geometric_mean(x), 6) FROM (VALUES 1e0, 2e0, 4e0, 8e0) AS t (x);
-- aggregates: of pairs
SELECT round(corr(y, x), 6), round(covar_pop(y, x), 6), round(covar_samp(y, x), 6), round(regr_slope(y, x), 6), round(regr_intercept(y, x), 6) FROM (VALUES (1e0, 2e0), (2e0, 4.5e0), (3e0, 5.5e0)) AS t (x, y);
-- aggregates: of bits
SELECT bitwise_and_agg(x), bitwise_or_agg(x), bitwise_xor_agg(x) FROM (VALUES 12, 10, 7) AS t (x);
-- aggregates: of booleans
SELECT bool_and(x), bool_or(x), every(x) FROM (VALUES true, false, NULL) AS t (x);
-- aggregates: lists in order
SELECT array_agg(eventName ORDER BY eventTime DESC) FROM (SELECT * FROM $EDS_ID ORDER BY eventTime LIMIT 4);
-- aggregates: lists keep nulls
SELECT array_agg(x ORDER BY x), array_agg(DISTINCT x ORDER BY x) FROM (VALUES 2, NULL, 1, 2) AS t (x);
-- aggregates: text in order
SELECT listagg(awsRegion, ',') WITHIN GROUP (ORDER BY awsRegion) FROM (SELECT DISTINCT awsRegion FROM $EDS_ID);
-- aggregates: max_by and min_by
SELECT max_by(eventName, eventTime), min_by(eventName, eventTime), max_by(errorCode, eventTime) FROM $EDS_ID;
-- aggregates: several of the greatest
SELECT max_by(eventID, eventTime, 3), min_by(eventID, eventTime, 2), max(eventTime, 2), min(eventTime, 2) FROM $EDS_ID;
-- aggregates: histogram
SELECT histogram(userIdentity.type) FROM $EDS_ID;
-- aggregates: any
SELECT arbitrary(x), any_value(x) FROM (VALUES NULL, 3, NULL) AS t (x);
-- aggregates: percentile
SELECT approx_percentile(x, 0.5) FROM (VALUES 1, 2, 3, 4, 5) AS t (x);
-- aggregates: set_agg
SELECT cardinality(array_agg(DISTINCT awsRegion)) FROM $EDS_ID;
-- aggregates: inside expressions
SELECT 100e0 * count(*) FILTER (WHERE errorCode IS NOT NULL) / count(*) FROM $EDS_ID;
-- aggregates: whole numbers divide to whole numbers
SELECT count(*) / 7, count(*) % 7, -count(*) / 7 FROM $EDS_ID;
-- order: nulls last in both directions
SELECT x FROM (VALUES 1, NULL, 2) AS t (x) ORDER BY x;
-- order: descending
SELECT x FROM (VALUES 1, NULL, 2) AS t (x) ORDER BY x DESC;
-- order: nulls first
SELECT x FROM (VALUES 1, NULL, 2) AS t (x) ORDER BY x DESC NULLS FIRST;
-- order: an alias hides a column
SELECT length(eventName) AS eventSource, eventName FROM $EDS_ID ORDER BY eventSource, eventName, eventTime LIMIT 3;
-- order: an alias in an expression
SELECT eventName, count(*) AS n FROM $EDS_ID GROUP BY eventName ORDER BY -n, lower(eventName) LIMIT 4;
-- order: by a column that is not selected
SELECT eventID FROM $EDS_ID ORDER BY eventTime DESC LIMIT 2;
-- order: by an array
SELECT x FROM (VALUES ARRAY[2], ARRAY[1, 5], ARRAY[1]) AS t (x) ORDER BY x;
-- limit: with an offset
SELECT eventID FROM $EDS_ID ORDER BY eventTime OFFSET 3 LIMIT 2;
-- limit: fetch first
SELECT eventID FROM $EDS_ID ORDER BY eventTime FETCH FIRST 2 ROWS ONLY;
-- limit: none
SELECT count(*) FROM (SELECT * FROM $EDS_ID LIMIT ALL);
-- join: of a table with itself
SELECT a.eventName, b.eventName, count(*) FROM $EDS_ID a JOIN $EDS_ID b ON a.sourceIPAddress = b.sourceIPAddress AND a.eventTime < b.eventTime WHERE a.eventName = 'CreateRole' GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2 LIMIT 3;
-- join: left
SELECT u.name, count(e.eventID) FROM (VALUES 'alice', 'nobody') AS u (name) LEFT JOIN $EDS_ID e ON e.userIdentity.userName = u.name GROUP BY u.name ORDER BY 1;
-- join: right
SELECT u.name, count(e.eventID) FROM $EDS_ID e RIGHT JOIN (VALUES 'bob', 'nobody') AS u (name) ON e.userIdentity.userName = u.name GROUP BY u.name ORDER BY 1;
-- join: full
SELECT a.x, b.x FROM (VALUES 1, 2) AS a (x) FULL JOIN (VALUES 2, 3) AS b (x) ON a.x = b.x ORDER BY 1, 2;
-- join: using
SELECT * FROM (VALUES (1, 'a'), (2, 'b')) AS l (id, s) JOIN (VALUES (2, true), (1, false)) AS r (id, t) USING (id) ORDER BY id;
-- join: cross
SELECT a.x, b.y FROM (VALUES 1, 2) AS a (x) CROSS JOIN (VALUES 'p', 'q') AS b (y) ORDER BY 1, 2;
-- join: by commas
SELECT a.x, b.y FROM (VALUES 1, 2) AS a (x), (VALUES 2, 3) AS b (y) WHERE a.x = b.y;
-- join: three tables
SELECT a.x, b.x, c.x FROM (VALUES 1) AS a (x) JOIN (VALUES 1) AS b (x) ON a.x = b.x LEFT JOIN (VALUES 2) AS c (x) ON c.x = b.x;
-- join: types that differ
SELECT count(*) FROM (VALUES 1, 2) AS a (x) JOIN (VALUES 1e0, 3e0) AS b (x) ON a.x = b.x;
-- unnest: of an array of structs
SELECT r.type, r.arn, count(*) FROM $EDS_ID CROSS JOIN UNNEST(resources) AS r (accountid, type, arn, arnprefix) GROUP BY 1, 2 ORDER BY 3 DESC, 2 LIMIT 5;
-- unnest: by a comma
SELECT count(*) FROM $EDS_ID, UNNEST(resources) AS r (a, t, arn, p) WHERE t = 'AWS::S3::Bucket';
-- unnest: with ordinality
SELECT x, i FROM UNNEST(ARRAY['a', 'b', 'c']) WITH ORDINALITY AS t (x, i) ORDER BY i DESC;
-- unnest: several side by side
SELECT * FROM UNNEST(ARRAY[1, 2, 3], ARRAY['a', 'b']) WITH ORDINALITY AS t (n, s, i) ORDER BY i;
-- unnest: a map
SELECT k, count(*) FROM $EDS_ID CROSS JOIN UNNEST(requestParameters) AS t (k, v) GROUP BY k ORDER BY 2 DESC, 1 LIMIT 5;
-- unnest: left
SELECT eventName, r.t FROM (SELECT * FROM $EDS_ID ORDER BY eventTime LIMIT 4) LEFT JOIN UNNEST(resources) AS r (a, t, arn, p) ON TRUE ORDER BY eventName, r.t;
-- unnest: nothing
SELECT count(*) FROM UNNEST(ARRAY[]) AS t (x);
-- unnest: null
SELECT count(*) FROM $EDS_ID CROSS JOIN UNNEST(resources) WITH ORDINALITY AS t (a, b, c, d, i) WHERE i = 2;
-- lateral
SELECT t.x, s.y FROM (VALUES 1, 2) AS t (x) CROSS JOIN LATERAL (SELECT t.x * 10 AS y) AS s ORDER BY 1;
-- subquery: in
SELECT count(*) FROM $EDS_ID WHERE sourceIPAddress IN (SELECT sourceIPAddress FROM $EDS_ID WHERE eventName = 'StopLogging');
-- subquery: not in
SELECT count(*) FROM $EDS_ID WHERE eventName NOT IN (SELECT eventName FROM $EDS_ID WHERE readOnly);
-- subquery: not in with null
SELECT count(*) FROM (VALUES 1, 2) AS t (x) WHERE x NOT IN (SELECT y FROM (VALUES 1, NULL) AS u (y));
-- subquery: exists
SELECT DISTINCT eventName FROM $EDS_ID a WHERE EXISTS (SELECT 1 FROM $EDS_ID b WHERE b.eventName = a.eventName AND b.errorCode = 'AccessDenied') ORDER BY 1;
-- subquery: not exists
SELECT DISTINCT eventName FROM $EDS_ID a WHERE NOT EXISTS (SELECT 1 FROM $EDS_ID b WHERE b.eventName = a.eventName AND b.errorCode IS NOT NULL) ORDER BY 1;
-- subquery: a value
SELECT eventName, eventTime = (SELECT max(eventTime) FROM $EDS_ID) FROM $EDS_ID ORDER BY eventTime DESC LIMIT 2;
-- subquery: a value that depends on the row
SELECT t.x, (SELECT count(*) FROM (VALUES 1, 2, 3) AS u (y) WHERE u.y > t.x) FROM (VALUES 1, 2) AS t (x) ORDER BY 1;
-- subquery: all and any
SELECT x FROM (VALUES 1, 2, 3) AS t (x) WHERE x >= ALL (SELECT y FROM (VALUES 1, 2) AS u (y)) AND x <> ANY (SELECT y FROM (VALUES 2) AS u (y)) ORDER BY 1;
-- subquery: in from
SELECT n, count(*) FROM (SELECT sourceIPAddress, count(*) AS n FROM $EDS_ID GROUP BY sourceIPAddress) GROUP BY n ORDER BY n;
-- subquery: columns without names
SELECT count(*) FROM (SELECT length(eventName), eventID FROM $EDS_ID);
-- with
WITH failed AS (SELECT * FROM $EDS_ID WHERE errorCode IS NOT NULL), byName AS (SELECT eventName, count(*) AS n FROM failed GROUP BY eventName) SELECT * FROM byName ORDER BY n DESC, eventName LIMIT 3;
-- with: columns named
WITH t (a, b) AS (SELECT eventName, count(*) FROM $EDS_ID GROUP BY 1) SELECT max(b), min(a) FROM t;
-- with: used twice
WITH t AS (SELECT eventName, awsRegion FROM $EDS_ID WHERE readOnly) SELECT a.awsRegion, count(*) FROM t a JOIN t b ON a.eventName = b.eventName AND a.awsRegion = b.awsRegion GROUP BY 1 ORDER BY 1;
-- with: inside a subquery
SELECT count(*) FROM (WITH t AS (SELECT 1 AS x UNION ALL SELECT 2) SELECT * FROM t);
-- with: named in a subquery of WHERE
WITH bad AS (SELECT DISTINCT sourceIPAddress AS ip FROM $EDS_ID WHERE errorCode IS NOT NULL) SELECT count(*) FROM $EDS_ID WHERE sourceIPAddress IN (SELECT ip FROM bad);
-- union: all
SELECT 'a' AS k, count(*) AS n FROM $EDS_ID WHERE readOnly UNION ALL SELECT 'b', count(*) FROM $EDS_ID WHERE NOT readOnly ORDER BY k;
-- union: distinct
SELECT awsRegion FROM $EDS_ID UNION SELECT 'us-east-1' UNION SELECT 'x' ORDER BY 1;
-- union: of types that differ
SELECT 1 AS x UNION ALL SELECT 2.5 UNION ALL SELECT NULL ORDER BY x;
-- except
SELECT eventName FROM $EDS_ID EXCEPT SELECT eventName FROM $EDS_ID WHERE readOnly ORDER BY 1;
-- intersect
SELECT eventSource FROM $EDS_ID WHERE readOnly INTERSECT SELECT eventSource FROM $EDS_ID WHERE NOT readOnly ORDER BY 1;
-- intersect binds tighter
SELECT * FROM (VALUES 1, 2) UNION SELECT * FROM (VALUES 2, 3) INTERSECT SELECT * FROM (VALUES 3, 4) ORDER BY 1;
-- set operations: in parentheses with a limit
(SELECT eventName FROM $EDS_ID ORDER BY eventTime LIMIT 1) UNION ALL (SELECT eventName FROM $EDS_ID ORDER BY eventTime DESC LIMIT 1) ORDER BY 1;
-- window: row_number
SELECT * FROM (SELECT eventName, eventTime, row_number() OVER (PARTITION BY eventName ORDER BY eventTime DESC) AS rn FROM $EDS_ID) WHERE rn = 1 ORDER BY eventName LIMIT 4;
-- window: ranks
SELECT x, rank() OVER (ORDER BY x), dense_rank() OVER (ORDER BY x), percent_rank() OVER (ORDER BY x), cume_dist() OVER (ORDER BY x), ntile(2) OVER (ORDER BY x) FROM (VALUES 1, 2, 2, 3) AS t (x) ORDER BY 1, 6;
-- window: lag and lead
SELECT eventTime, lag(eventName) OVER (ORDER BY eventTime), lead(eventName, 2, 'none') OVER (ORDER BY eventTime) FROM (SELECT * FROM $EDS_ID ORDER BY eventTime LIMIT 4) ORDER BY 1;
-- window: first, last and nth value
SELECT x, first_value(x) OVER (ORDER BY x), last_value(x) OVER (ORDER BY x ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING), nth_value(x, 2) OVER (ORDER BY x ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) FROM (VALUES 3, 1, 2) AS t (x) ORDER BY 1;
-- window: nulls ignored
SELECT i, last_value(x) IGNORE NULLS OVER (ORDER BY i) FROM (VALUES (1, 'a'), (2, NULL), (3, 'c'), (4, NULL)) AS t (i, x) ORDER BY i;
-- window: running sums
SELECT x, sum(x) OVER (ORDER BY x ROWS 1 PRECEDING), avg(x) OVER (), count(*) OVER (PARTITION BY x % 2) FROM (VALUES 1, 2, 3, 4) AS t (x) ORDER BY 1;
-- window: range
SELECT x, count(*) OVER (ORDER BY x RANGE BETWEEN 1 PRECEDING AND CURRENT ROW) FROM (VALUES 1, 2, 4, 5) AS t (x) ORDER BY 1;
-- window: named
SELECT x, sum(x) OVER w, max(x) OVER w FROM (VALUES 1, 2, 3) AS t (x) WINDOW w AS (ORDER BY x) ORDER BY 1;
-- window: over groups
SELECT eventSource, count(*) AS n, rank() OVER (ORDER BY count(*) DESC) AS r FROM $EDS_ID GROUP BY eventSource ORDER BY r, eventSource LIMIT 4;
-- window: sorted by
SELECT x FROM (VALUES 3, 1, 2) AS t (x) ORDER BY row_number() OVER (ORDER BY x DESC);
-- lambda: any_match over structs
SELECT count(*) FROM $EDS_ID WHERE any_match(resources, r -> r.type = 'AWS::S3::Object');
-- lambda: with a column of the row
SELECT count(*) FROM $EDS_ID WHERE any_match(resources, r -> r.accountId = recipientAccountId);
-- lambda: transform structs
SELECT transform(resources, r -> r.arn) FROM $EDS_ID WHERE resources IS NOT NULL ORDER BY eventTime LIMIT 1;
-- lambda: over the values of a map
SELECT count(*) FROM $EDS_ID WHERE any_match(map_values(requestParameters), v -> v LIKE '%bucket%');
-- lambda: map_filter
SELECT map_filter(requestParameters, (k, v) -> k LIKE 'bucket%') FROM $EDS_ID WHERE eventName = 'GetObject' ORDER BY eventTime LIMIT 1;
-- lambda: inside a lambda
SELECT filter(ARRAY[1, 2, 3], x -> any_match(ARRAY[2, 3], y -> y = x));
-- lambda: reduce over rows of a table
SELECT reduce(array_agg(length(eventName)), 0, (s, x) -> s + x, s -> s) = sum(length(eventName)) FROM $EDS_ID;
-- arrays: element_at of structs
SELECT element_at(resources, 1).arn, element_at(resources, 9).arn FROM $EDS_ID WHERE eventName = 'GetObject' ORDER BY eventTime LIMIT 1;
-- arrays: subscript of structs
SELECT resources[2].type, cardinality(resources) FROM $EDS_ID WHERE resources IS NOT NULL ORDER BY eventTime LIMIT 1;
-- arrays: contains
SELECT count(*) FROM $EDS_ID WHERE contains(ARRAY['CreateRole', 'StopLogging'], eventName);
-- structs: a whole one in the result
SELECT userIdentity FROM $EDS_ID WHERE userIdentity.type = 'AssumedRole' ORDER BY eventTime LIMIT 1;
-- structs: is null
SELECT count(*) FROM $EDS_ID WHERE userIdentity.sessionContext.sessionIssuer.arn IS NOT NULL;
-- structs: tlsDetails
SELECT tlsDetails.tlsVersion, count(*) FROM $EDS_ID GROUP BY tlsDetails.tlsVersion ORDER BY 1;
-- maps: a whole one in the result
SELECT requestParameters FROM $EDS_ID WHERE eventName = 'RunInstances' ORDER BY eventTime LIMIT 2;
-- maps: keys
SELECT array_sort(map_keys(requestParameters)) FROM $EDS_ID WHERE eventName = 'AssumeRole' ORDER BY eventTime LIMIT 1;
-- maps: size
SELECT cardinality(requestParameters), count(*) FROM $EDS_ID GROUP BY 1 ORDER BY 1;
-- time: by day of the week
SELECT day_of_week(eventTime) AS weekday, count(*) FROM $EDS_ID GROUP BY day_of_week(eventTime) ORDER BY 1;
-- time: by hour
SELECT hour(eventTime), count(*) FROM $EDS_ID GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 3;
-- time: by date
SELECT date(eventTime) AS d, count(*) FROM $EDS_ID GROUP BY date(eventTime) HAVING count(*) >= 4 ORDER BY d LIMIT 5;
-- time: a date compared with text
SELECT count(*) FROM $EDS_ID WHERE date(eventTime) = date '2023-07-04';
-- time: as text
SELECT date_format(eventTime, '%Y-%m') AS month, count(*) FROM $EDS_ID GROUP BY 1 ORDER BY 1;
-- time: formats of Java
SELECT format_datetime(eventTime, 'yyyy-MM-dd HH') FROM $EDS_ID ORDER BY eventTime LIMIT 1;
-- time: differences
SELECT date_diff('minute', min(eventTime), max(eventTime)), date_diff('day', min(eventTime), max(eventTime)), max(eventTime) - min(eventTime) FROM $EDS_ID;
-- time: arithmetic
SELECT count(*) FROM $EDS_ID WHERE eventTime > date_add('day', -7, timestamp '2023-08-01 00:00:00') AND eventTime < timestamp '2023-08-01 00:00:00' + interval '1' day;
-- time: zones
SELECT eventTime AT TIME ZONE 'America/New_York', at_timezone(CAST(eventTime AS timestamp with time zone), 'Asia/Kolkata') FROM $EDS_ID ORDER BY eventTime LIMIT 1;
-- time: grouped in a zone
SELECT date_trunc('day', eventTime AT TIME ZONE 'Asia/Tokyo') AS d, count(*) FROM $EDS_ID GROUP BY 1 ORDER BY 1 LIMIT 3;
-- time: ISO
SELECT to_iso8601(eventTime), from_iso8601_timestamp(json_extract_scalar(eventJson, '$.eventTime')) FROM $EDS_ID ORDER BY eventTime LIMIT 1;
-- time: seconds since 1970
SELECT to_unixtime(eventTime), from_unixtime(to_unixtime(eventTime)) FROM $EDS_ID ORDER BY eventTime LIMIT 1;
-- time: of the session
SELECT userIdentity.sessionContext.attributes.creationDate, count(*) FROM $EDS_ID GROUP BY 1 ORDER BY 1;
-- text: cut and joined
SELECT substr(eventSource, 1, strpos(eventSource, '.') - 1) AS service, count(*) FROM $EDS_ID GROUP BY 1 ORDER BY 2 DESC, 1;
-- text: split
SELECT split_part(userIdentity.arn, ':', 6), split(awsRegion, '-') FROM $EDS_ID WHERE userIdentity.arn IS NOT NULL ORDER BY eventTime LIMIT 2;
-- text: regexp_extract
SELECT regexp_extract(userAgent, '^([a-z-]+)/([\d.]+)', 2) AS version, count(*) FROM $EDS_ID GROUP BY 1 ORDER BY 1;
-- text: replaced
SELECT DISTINCT replace(eventSource, '.amazonaws.com') FROM $EDS_ID ORDER BY 1;
-- text: case and trim
SELECT DISTINCT lower(trim(eventName)), upper(awsRegion) FROM $EDS_ID WHERE eventName = 'StopLogging' ORDER BY 2;
-- conditions: case
SELECT CASE WHEN errorCode IS NULL THEN 'ok' WHEN errorCode LIKE '%Denied' THEN 'denied' ELSE 'failed' END AS outcome, count(*) FROM $EDS_ID GROUP BY 1 ORDER BY 1;
-- conditions: if and coalesce
SELECT if(readOnly, 'read', 'write') AS kind, coalesce(errorCode, 'none') AS error, count(*) FROM $EDS_ID GROUP BY 1, 2 ORDER BY 1, 2;
-- conditions: nullif
SELECT count(nullif(awsRegion, 'us-east-1')) FROM $EDS_ID;
-- conditions: try in a sum
SELECT sum(try(CAST(element_at(requestParameters, 'durationSeconds') AS integer))), sum(try(CAST(eventName AS integer))) FROM $EDS_ID;
-- conditions: try_cast
SELECT count(TRY_CAST(element_at(requestParameters, 'bytes') AS bigint)), max(TRY_CAST(element_at(requestParameters, 'bytes') AS double)) FROM $EDS_ID;
-- conditions: greatest and least
SELECT max(greatest(length(eventName), length(eventSource))), min(least(length(eventName), length(eventSource))) FROM $EDS_ID;
-- casts: of numbers to text and back
SELECT CAST(count(*) AS varchar) || ' events', CAST(CAST(count(*) AS varchar) AS bigint) FROM $EDS_ID;
-- casts: of the error's text
SELECT CAST(avg(length(eventName)) AS decimal(10, 2)), round(avg(length(eventName)), 1) FROM $EDS_ID;
-- a question of an auditor: who did what in one account
SELECT userIdentity.principalid, useridentity.accountId, count(*) AS eventCount FROM $EDS_ID WHERE userIdentity.principalid IS NOT NULL AND eventTime > '2023-07-01 00:00:00' AND eventTime < '2023-08-01 00:00:00' GROUP BY userIdentity.principalid, useridentity.accountId ORDER BY eventCount DESC, 1, 2 LIMIT 5;
-- a question of an auditor: console sign-ins without a second factor
SELECT eventTime, useridentity.arn, awsRegion, element_at(additionalEventData, 'MFAUsed') FROM $EDS_ID WHERE eventName = 'ConsoleLogin' AND element_at(additionalEventData, 'MFAUsed') = 'No' ORDER BY eventTime LIMIT 3;
-- a question of an auditor: first and last use of each key
SELECT userIdentity.accessKeyId AS k, min(eventTime), max(eventTime), count(*), arbitrary(userIdentity.type) FROM $EDS_ID WHERE userIdentity.accessKeyId IS NOT NULL AND userIdentity.type = 'IAMUser' GROUP BY userIdentity.accessKeyId ORDER BY 1;
-- a question of an auditor: share of failures for each API
SELECT eventName, round(100.0 * count_if(errorCode IS NOT NULL) / count(*), 1) AS share FROM $EDS_ID GROUP BY eventName ORDER BY share DESC, eventName LIMIT 5;
-- a question of an auditor: busiest hour of each day
SELECT d, h, n FROM (SELECT date(eventTime) AS d, hour(eventTime) AS h, count(*) AS n, row_number() OVER (PARTITION BY date(eventTime) ORDER BY count(*) DESC, hour(eventTime)) AS rn FROM $EDS_ID GROUP BY 1, 2) WHERE rn = 1 ORDER BY d LIMIT 3;
-- a question of an auditor: what was tagged
SELECT json_extract_scalar(eventjson, '$.requestParameters.resourcesSet.items[0].resourceId') AS resourceId, eventTime, json_extract_scalar(eventjson, '$.requestParameters.tagSet.items[0].value') AS value FROM $EDS_ID WHERE eventName IN ('CreateTags', 'DeleteTags') ORDER BY resourceId, eventTime DESC LIMIT 4;
-- a question of an auditor: seven days in a row
SELECT day_of_year(eventTime) - dense_rank() OVER (ORDER BY day_of_year(eventTime)) AS island, count(*) FROM (SELECT eventTime FROM $EDS_ID WHERE eventName = 'RunInstances') GROUP BY eventTime ORDER BY eventTime LIMIT 3;
-- group: by an alias's expression and an expression around it
SELECT substr(eventName, 1, 3) AS p, length(substr(eventName, 1, 3)) + count(*) AS n FROM $EDS_ID GROUP BY substr(eventName, 1, 3) ORDER BY p LIMIT 4;
-- group: by a constant
SELECT 'all', count(*) FROM $EDS_ID GROUP BY 1;
-- group: by nothing at all
SELECT count(*) FROM $EDS_ID GROUP BY ();
-- group: by two and having an alias's expression
SELECT awsRegion, eventCategory, max(length(eventName)) AS m FROM $EDS_ID GROUP BY awsRegion, eventCategory HAVING max(length(eventName)) > 9 ORDER BY m DESC, 1, 2 LIMIT 3;
-- group: by a case
SELECT CASE WHEN readOnly THEN 'r' ELSE 'w' END, count(*) FROM $EDS_ID GROUP BY CASE WHEN readOnly THEN 'r' ELSE 'w' END ORDER BY 1;
-- group: inside a function of the group
SELECT concat(eventName, '/', awsRegion) AS k, count(*) FROM $EDS_ID GROUP BY eventName, awsRegion ORDER BY k LIMIT 3;
-- group: distinct over groups
SELECT DISTINCT count(*) FROM $EDS_ID GROUP BY eventName ORDER BY 1;
-- group: an array
SELECT split(awsRegion, '-') AS parts, count(*) FROM $EDS_ID GROUP BY split(awsRegion, '-') ORDER BY 2, 1;
-- window: over a group with a frame
SELECT date(eventTime) AS d, count(*) AS n, sum(count(*)) OVER (ORDER BY date(eventTime)) AS running FROM $EDS_ID GROUP BY date(eventTime) ORDER BY d LIMIT 3;
-- window: a share of all
SELECT awsRegion, count(*) * 1e0 / sum(count(*)) OVER () AS share FROM $EDS_ID GROUP BY awsRegion ORDER BY 1;
-- window: max_by and array_agg
SELECT DISTINCT eventName, max_by(eventID, eventTime) OVER (PARTITION BY eventName) FROM $EDS_ID ORDER BY 1 LIMIT 2;
-- window: partitions without order
SELECT eventName, awsRegion, count(*) OVER (PARTITION BY eventName, awsRegion) FROM $EDS_ID ORDER BY eventTime LIMIT 3;
-- window: first of each, by a subquery
SELECT eventName, eventTime FROM (SELECT e.*, row_number() OVER (PARTITION BY eventSource ORDER BY eventTime) AS rn FROM $EDS_ID e) x WHERE x.rn = 1 ORDER BY eventTime;
-- subquery: a list of a group
SELECT count(*) FROM $EDS_ID WHERE (eventName, awsRegion) IN (('CreateRole', 'us-east-1'), ('StopLogging', 'us-west-2'));
-- subquery: in the select list of a group
SELECT awsRegion, count(*) - (SELECT min(n) FROM (SELECT count(*) AS n FROM $EDS_ID GROUP BY awsRegion)) FROM $EDS_ID GROUP BY awsRegion ORDER BY 1;
-- subquery: correlated by two names
SELECT count(*) FROM $EDS_ID a WHERE eventTime = (SELECT max(b.eventTime) FROM $EDS_ID b WHERE b.eventName = a.eventName AND b.awsRegion = a.awsRegion);
-- join: with a condition of its own side
SELECT count(*) FROM $EDS_ID a LEFT JOIN (SELECT eventID FROM $EDS_ID WHERE readOnly) b ON a.eventID = b.eventID AND a.awsRegion = 'us-east-1' WHERE b.eventID IS NULL;
-- join: of groups
WITH d AS (SELECT date(eventTime) AS day, count(*) AS n FROM $EDS_ID GROUP BY 1) SELECT a.day, a.n - coalesce(b.n, 0) FROM d a LEFT JOIN d b ON b.day = date_add('day', -1, a.day) ORDER BY a.day LIMIT 3;
-- union: in a subquery with a group
SELECT k, sum(n) FROM (SELECT awsRegion AS k, 1 AS n FROM $EDS_ID UNION ALL SELECT eventSource, 1 FROM $EDS_ID) GROUP BY k ORDER BY 2 DESC, 1 LIMIT 3;
-- unnest: of a filtered array
SELECT t.x FROM $EDS_ID CROSS JOIN UNNEST(filter(split(eventSource, '.'), p -> p <> 'com')) AS t (x) GROUP BY t.x ORDER BY t.x LIMIT 3;
-- unnest: then joined
SELECT count(*) FROM $EDS_ID e CROSS JOIN UNNEST(e.resources) AS r (a, t, arn, p) JOIN (VALUES 'arn:aws:s3:::bucket-1') AS w (arn) ON w.arn = r.arn;
-- unnest: entries of a map as rows
SELECT k, v FROM (SELECT map_entries(requestParameters) AS es FROM $EDS_ID WHERE eventName = 'StopLogging' LIMIT 1) CROSS JOIN UNNEST(es) AS t (k, v);
-- json: objects as maps, unnested
SELECT k, json_format(v) FROM (SELECT CAST(json_extract(eventJson, '$.requestParameters.monitoring') AS map(varchar, json)) AS m FROM $EDS_ID WHERE eventName = 'RunInstances' ORDER BY eventTime LIMIT 1) CROSS JOIN UNNEST(m) AS t (k, v);
-- json: compared
SELECT count(*) FROM $EDS_ID WHERE json_extract(eventJson, '$.requestParameters.monitoring.enabled') = json 'true';
-- json: numbers out of text
SELECT max(CAST(json_extract_scalar(eventJson, '$.requestParameters.maxCount') AS integer)), sum(CAST(json_extract(eventJson, '$.requestParameters.maxCount') AS bigint)) FROM $EDS_ID;
-- time: buckets of five minutes
SELECT from_unixtime(floor(to_unixtime(eventTime) / 300) * 300) AS bucket, count(*) FROM $EDS_ID GROUP BY 1 ORDER BY 1 LIMIT 2;
-- time: since the event before
SELECT eventTime, date_diff('minute', lag(eventTime) OVER (ORDER BY eventTime), eventTime) AS gap FROM $EDS_ID ORDER BY eventTime LIMIT 3;
-- time: between timestamps with a zone
SELECT count(*) FROM $EDS_ID WHERE eventTime BETWEEN timestamp '2023-07-10 00:00:00 UTC' AND timestamp '2023-07-12 00:00:00 America/New_York';
