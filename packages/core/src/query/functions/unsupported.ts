/**
 * Functions that Trino has and Cairn has not: refused by their names, so that nobody looks for a typing error.
 *
 * @source Trino 476, SHOW FUNCTIONS
 */
export const unsupportedFunctions: ReadonlySet<string> = new Set(
  (
    'approx_most_frequent approx_set bar beta_cdf checksum color combinations cosine_distance cosine_similarity ' +
    'crc32 current_groups dot_product empty_approx_set euclidean_distance exclude_columns format ' +
    'format_number ' +
    'from_base32 from_big_endian_32 from_big_endian_64 from_ieee754_32 from_ieee754_64 ' +
    'from_iso8601_timestamp_nanos from_unixtime_nanos hash_counts hmac_md5 hmac_sha1 hmac_sha256 hmac_sha512 ' +
    'human_readable_seconds intersection_cardinality inverse_beta_cdf inverse_normal_cdf jaccard_index kurtosis ' +
    'luhn_check make_set_digest map_zip_with merge merge_set_digest murmur3 normal_cdf normalize ' +
    'numeric_histogram parse_data_size parse_duration parse_presto_data_size qdigest_agg quantile_at_value ' +
    'reduce_agg render rgb sha512 shuffle skewness soundex spooky_hash_v2_32 spooky_hash_v2_64 t_cdf t_pdf ' +
    'tdigest_agg to_base32 to_big_endian_32 to_big_endian_64 to_ieee754_32 to_ieee754_64 value_at_quantile ' +
    'values_at_quantiles wilson_interval_lower wilson_interval_upper word_stem xxhash64'
  ).split(' '),
)
